// The real window under Xvfb, driven as a person would: open the sample, filter, open a finding, copy its fix, save the
// PDF, close the window, open it again: still there. Run by `make test`.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRequire } from "node:module";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname, "../..");
const require = createRequire(join(root, "ui/package.json"));
const { remote } = await import(require.resolve("webdriverio"));
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const app = process.env.QUAYMASTER_DESKTOP ?? join(root, "target/debug/quaymaster-desktop");
const driverProgram = process.env.TAURI_DRIVER ?? "tauri-driver";
const home = mkdtempSync(join(tmpdir(), "quay-window-"));
const saved = join(home, "reports");
const shots = process.env.QUAYMASTER_SHOTS;
let xvfb, driver, display, browser;

const freePort = () => new Promise((found) => { const s = net.createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => found(port)); }); });
const listening = async (port) => {
  for (let turn = 0; turn < 100; turn += 1) {
    const open = await new Promise((done) => { const c = net.connect(port, "127.0.0.1", () => { c.end(); done(true); }); c.on("error", () => done(false)); });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on ${port}`);
};

async function open() {
  const port = await freePort();
  const native = await freePort();
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_DMABUF_RENDERER: "1", QUAYMASTER_HOME: home, QUAYMASTER_SAVE_TO: saved };
  driver = spawn(driverProgram, ["--port", String(port), "--native-port", String(native), "--native-driver", "/usr/bin/WebKitWebDriver"], { stdio: "ignore", env });
  await listening(port);
  browser = await remote({ hostname: "127.0.0.1", port, logLevel: "error", connectionRetryCount: 0, connectionRetryTimeout: 30000, capabilities: { browserName: "wry", "wdio:enforceWebDriverClassic": true, "tauri:options": { application: app } } });
}

async function close() {
  await browser?.deleteSession().catch(() => {});
  driver?.kill();
  await sleep(300);
}

before(async () => {
  mkdirSync(saved);
  display = `:${100 + Math.floor(Math.random() * 500)}`;
  xvfb = spawn("Xvfb", [display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"], { stdio: "ignore" });
  await sleep(600);
  await open();
});
after(async () => {
  await close();
  xvfb?.kill();
  rmSync(home, { recursive: true, force: true });
});

const click = async (selector) => {
  const element = await browser.$(selector);
  await element.waitForClickable({ timeout: 10000 });
  await element.click();
};
// the driver's own text of an element leaves out rows that are placed by hand
const text = (selector) => browser.execute((wanted) => document.querySelector(wanted)?.innerText ?? "", selector);
const shows = (words, timeout = 10000) => browser.waitUntil(async () => (await text("body")).includes(words), { timeout, timeoutMsg: `${words} did not appear` });
// the driver's own screenshot can hang under Xvfb; the X server's does not
const picture = async (name) => {
  if (!shots) return;
  const image = spawnSync("xwd", ["-root", "-silent", "-display", display], { maxBuffer: 64 * 1024 * 1024 }).stdout;
  writeFileSync(join(shots, `${name}.xwd`), image);
};
const axe = async (screen) => {
  await browser.execute(axeSource);
  const found = await browser.executeAsync((done) => {
    window.axe.run({ exclude: [["[data-tabster-dummy]"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => done(r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)));
  });
  assert.deepEqual(found, [], `axe on ${screen}`);
};

test("the sample fleet opens from the welcome screen", async () => {
  await shows("Open a fleet");
  await picture("welcome");
  await axe("welcome");
  await click("#open-sample");
  await shows("Public API servers");
  await shows("1 subscription could not be read");
  await picture("overview");
  await axe("overview");
});

test("findings are filtered by what is typed", async () => {
  await click("button=Findings");
  await shows("298 rows open");
  const search = await browser.$("#search");
  await search.setValue("jenkins");
  const grid = await browser.$('[role="grid"]');
  await browser.waitUntil(async () => Number(await grid.getAttribute("aria-rowcount")) < 40, { timeout: 5000, timeoutMsg: "the table was not filtered" });
  await picture("findings");
  await shows("jenkins-2019");
});

test("a finding opens with its evidence, and its fix can be copied", async () => {
  const grid = await browser.$('[role="grid"]');
  await grid.click();
  await browser.keys(["Home", "Enter"]);
  await shows("Why it matters");
  const pane = await browser.$('aside[aria-label="Finding"]');
  assert.match(await pane.getText(), /Evidence/);
  const copy = await pane.$("button*=Copy CLI command");
  await copy.scrollIntoView();
  await copy.click();
  await browser.waitUntil(async () => (await pane.getText()).includes("Copied"), { timeout: 5000 });
  await picture("finding");
  await axe("finding");
});

test("the report is saved where the person says, with the hash that is shown", async () => {
  await click("button=Reports");
  await shows("What the PDF will hold");
  await click("#save-pdf");
  await (await browser.$("#saved")).waitForExist({ timeout: 30000 });
  const shown = (await text("#saved")).match(/sha256 ([0-9a-f]{64})/)?.[1];
  const bytes = readFileSync(join(saved, "report.pdf"));
  assert.equal(createHash("sha256").update(bytes).digest("hex"), shown);
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  await picture("reports");
  await axe("reports");
});

for (const [button, words] of [["Clusters", "C / H / M / L"], ["Rules", "True when it passes"], ["Coverage", "What closes it"], ["Settings", "Ownership tags"]]) {
  test(`${button} is there and accessible`, async () => {
    await click(`button*=${button}`);
    await shows(words);
    await sleep(200);
    await picture(button.toLowerCase());
    await axe(button);
  });
}

test("settings that make no sense are refused with a sentence", async () => {
  const field = await browser.$("#widestV4Prefix");
  await field.setValue("99");
  await click("button=Save and audit again");
  await shows("prefix length from 1 to 32");
});

test("after a restart the engagement, the screen and the filter are still there", async () => {
  await click("button=Findings");
  await shows("jenkins-2019");
  await sleep(600);
  await close();
  await open();
  await shows("jenkins-2019");
  assert.equal(await (await browser.$("#search")).getValue(), "jenkins");
});

test("the keyboard alone reaches every screen", async () => {
  await (await browser.$("h1")).click();
  for (const [key, words] of [["1", "Worst first"], ["3", "Region"], ["4", "True when it passes"], ["7", "Ownership tags"]]) {
    await browser.keys(["Alt", key]);
    await browser.keys(["NULL"]);
    await shows(words);
  }
});

test("the window leaves nothing running behind", async () => {
  await close();
  const left = spawnSync("pgrep", ["-f", app]).stdout.toString().trim();
  assert.equal(left, "");
  driver = undefined;
  browser = undefined;
});
