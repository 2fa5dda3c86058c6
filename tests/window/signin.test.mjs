// Signing in from the real window through a real browser, against an Azure on this machine: sign-in page, preflight,
// scan, coverage, a second start with the passphrase. Run by `make test`.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Desktop, freePort, listening, require, root } from "./desktop.mjs";

const { chromium } = require("playwright-core");
const tenant = "7e4a4700-0000-4000-8000-0000000000aa";
const passphrase = "four words make good";
const place = mkdtempSync(join(tmpdir(), "quay-signin-"));
const desktop = new Desktop();
let azure, origin, debugging;

before(async () => {
  azure = spawn(process.env.QUAY_AZURE ?? join(root, "target/debug/quay-azure"), ["--output", place, "--clusters", "30", "--subscriptions", "3", "--sign-in-page", "--latency-ms", "100"], { stdio: ["ignore", "pipe", "inherit"] });
  origin = await new Promise((found) => azure.stdout.on("data", (data) => { const ready = /ready (\S+)/.exec(String(data)); if (ready) found(ready[1]); }));
  debugging = await freePort();
  // what the desktop would open a page with; the flag trusts the simulator's certificate, as an installed one would
  const opener = join(place, "browser");
  const program = process.env.CHROMIUM ?? "chromium";
  writeFileSync(opener, `#!/bin/sh\nexec ${program} --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --ignore-certificate-errors --user-data-dir=${place}/profile --remote-debugging-port=${debugging} "$1" >/dev/null 2>&1\n`);
  chmodSync(opener, 0o755);
  desktop.more = { QUAYMASTER_BROWSER: opener };
  await desktop.start();
});
after(async () => {
  await desktop.stop();
  azure?.kill();
  await sleep(300);
  rmSync(place, { recursive: true, force: true });
});

const label = (words) => `//label[contains(normalize-space(.), "${words}")]`;
const fill = async (words, value) => {
  const id = await (await desktop.browser.$(label(words))).getAttribute("for");
  await (await desktop.browser.$(`[id="${id}"]`)).setValue(value);
};
const inBrowser = async (work) => {
  await listening(debugging);
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debugging}`);
  try {
    const context = browser.contexts()[0];
    const page = context.pages().find((open) => open.url().includes("localhost")) ?? (await context.waitForEvent("page"));
    return await work(page, browser);
  } finally {
    const session = await browser.newBrowserCDPSession();
    await session.send("Browser.close").catch(() => {});
  }
};
const control = async (path) => {
  // the simulator's certificate is its own
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const answer = await fetch(`${origin}${path}`);
  return answer.json();
};

test("a refused client id is a sentence, and nothing is lost that was typed", async () => {
  await desktop.click("button=Sign in to Azure");
  await desktop.shows("How to sign in");
  await fill("Tenant", tenant);
  await fill("Application (client) ID", "my-app");
  await (await desktop.browser.$(label("Cloud"))).click();
  const cloud = await desktop.browser.$("select");
  await cloud.selectByAttribute("value", "custom");
  await fill("Path of the cloud file", join(place, "cloud.json"));
  await desktop.click(label("Encrypted with a passphrase"));
  await fill("Passphrase", passphrase);
  await fill("Passphrase again", passphrase);
  await desktop.axe("sign-in");
  await desktop.picture("signin");
  await desktop.click("button[type=submit]");
  await desktop.shows("my-app is no client id");
});

test("the browser signs in, and the window shows who it is and what can be read", async () => {
  await fill("Application (client) ID", "11111111-2222-4333-8444-555555555555");
  await desktop.click("button[type=submit]");
  const said = await inBrowser(async (page) => {
    await page.getByRole("link", { name: "Continue as ada@nordwind.example" }).click();
    await page.getByText("You may close this page").waitFor();
    return page.locator("h1").innerText();
  });
  assert.equal(said, "You are signed in");
  await desktop.shows("ada@nordwind.example", 20000);
  await desktop.shows("Scan 3 subscriptions");
  await desktop.axe("preflight");
  await desktop.picture("preflight");
});

test("the scan runs, shows how far it is, and ends on the overview", async () => {
  await desktop.click("button*=Scan 3 subscriptions");
  await desktop.shows("Stop", 5000);
  await desktop.picture("scan");
  await desktop.shows("Public API servers", 30000);
  await desktop.picture("scanned");
  await desktop.click("button=Coverage");
  await desktop.shows("sub-001");
  await desktop.axe("coverage of a scan");
  await desktop.picture("coverage");
});

test("no token, code or secret is in the window or in a file", async () => {
  const secrets = await control("/quay/secrets");
  assert.ok(secrets.length > 5);
  const page = await desktop.browser.execute(() => document.documentElement.outerHTML + JSON.stringify(Object.entries(window.localStorage)) + JSON.stringify(Object.entries(window.sessionStorage)));
  const files = readdirSync(desktop.home, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath ?? f.path, f.name));
  assert.ok(files.some((file) => file.endsWith(".quay")));
  const held = files.map((file) => [file, readFileSync(file).toString("latin1")]);
  for (const secret of [...secrets, passphrase]) {
    assert.ok(!page.includes(secret), "the page holds a secret");
    for (const [file, text] of held) assert.ok(!text.includes(secret), `${file} holds a secret`);
  }
  const log = await control("/quay/log");
  assert.deepEqual(log.filter((r) => r.method !== "GET" && !r.target.includes("/oauth2/") && !r.target.includes("Microsoft.ResourceGraph/resources")), []);
});

test("a second start asks for the passphrase, and scans again with the sign-in that was kept", async () => {
  await desktop.close();
  await desktop.open();
  await desktop.shows("Open a fleet");
  await desktop.click(`button*=Azure tenant`);
  await fill("Passphrase", passphrase);
  await desktop.click("button=Open");
  // on the screen on which it was left
  await desktop.shows("What Azure was asked", 15000);
  await desktop.click("button=Scan again");
  await desktop.shows("Scan 3 subscriptions", 15000);
  await desktop.click("button*=Scan 3 subscriptions");
  await desktop.shows("Public API servers", 30000);
});

test("removed for good, no trace of the tenant is left", async () => {
  await desktop.click("button=Settings");
  await fill("Type “remove”", "remove");
  await desktop.click("button=Remove for good");
  await desktop.shows("Open a fleet");
  const files = readdirSync(desktop.home, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath ?? f.path, f.name));
  assert.deepEqual(files.filter((file) => file.includes(".quay")), []);
  for (const file of files) assert.ok(!readFileSync(file).toString("latin1").includes(tenant), `${file} still names the tenant`);
});
