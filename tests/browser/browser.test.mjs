// The UI in a plain browser on recorded answers: every screen, by mouse and keyboard, light and dark, judged by axe.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import net from "node:net";

const root = resolve(import.meta.dirname, "../..");
const require = createRequire(join(root, "ui/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const shots = process.env.QUAYMASTER_SHOTS;
let server, browser, page, address;
const complaints = [];

const freePort = () => new Promise((found) => { const s = net.createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => found(port)); }); });

before(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}/`;
  server = spawn("node", ["node_modules/vite/bin/vite.js", "preview", "--outDir", "dist-browser", "--port", String(port), "--strictPort"], { cwd: join(root, "ui"), stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((ready) => server.stdout.on("data", (data) => String(data).includes(String(port)) && ready()));
  browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  page = await fresh("light");
});
after(async () => {
  await browser?.close();
  server?.kill();
});

async function fresh(colorScheme, size = { width: 1280, height: 800 }, more = {}) {
  const made = await browser.newPage({ viewport: size, colorScheme, ...more });
  made.on("pageerror", (error) => complaints.push(error.message));
  made.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await made.goto(address);
  await made.getByRole("heading", { name: "Open a fleet" }).waitFor();
  return made;
}

async function axe(of, screen) {
  await of.evaluate(axeSource);
  const found = await of.evaluate(() => window.axe.run({ exclude: [["[data-tabster-dummy]"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(" | ")}`)));
  assert.deepEqual(found, [], `axe on ${screen}`);
}

const picture = async (of, name) => { if (shots) await of.screenshot({ path: join(shots, `${name}.png`) }); };
const screens = ["Overview", "Findings", "Clusters", "Rules", "Coverage", "Reports", "Settings"];
const go = (of, screen) => of.getByRole("navigation").getByRole("button", { name: new RegExp(`^${screen}`) }).click();
const openSample = async (of) => {
  await of.getByRole("button", { name: "Open sample" }).click();
  await of.getByRole("heading", { name: "Public API servers" }).waitFor();
};

const CLIENT = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const heading = (of, name) => of.getByRole("heading", { name, level: 1 }).waitFor();
/** From the welcome screen to the filled form, ready to be sent. */
const fillSignIn = async (of, { keep = "In memory only", passphrase = "", client = CLIENT } = {}) => {
  await of.getByRole("button", { name: "Sign in to Azure" }).click();
  await heading(of, "Sign in to Azure");
  await of.getByRole("radio", { name: "Device code" }).check();
  await of.getByLabel("Application (client) ID").fill(client);
  await of.getByRole("radio", { name: new RegExp(`^${keep}`) }).check();
  if (passphrase) {
    await of.getByLabel("Passphrase", { exact: true }).fill(passphrase);
    await of.getByLabel("Passphrase again").fill(passphrase);
  }
};
const send = (of) => of.getByRole("button", { name: "Sign in", exact: true }).click();
const signIn = async (of, how) => {
  await fillSignIn(of, how);
  await send(of);
  await heading(of, "What to scan");
};
const scanAll = async (of) => {
  await of.getByRole("button", { name: "Scan 6 subscriptions" }).click();
  await heading(of, "Reading the fleet");
  await of.getByRole("heading", { name: "Public API servers" }).waitFor();
};
const sideways = (of) => of.evaluate(() => [...document.querySelectorAll(".screen, body")].filter((e) => e.scrollWidth > e.clientWidth + 1).length);

test("no screen has an axe violation, in light, dark and forced colours", async () => {
  for (const [scheme, more] of [["light", {}], ["dark", {}], ["light", { forcedColors: "active" }]]) {
    const name = more.forcedColors ? "forced" : scheme;
    const other = await fresh(scheme, undefined, more);
    await axe(other, `welcome, ${name}`);
    await openSample(other);
    for (const screen of screens) {
      await go(other, screen);
      await other.getByRole("heading", { name: screen, level: 1 }).waitFor();
      await other.waitForTimeout(150);
      await picture(other, `${name}-${screen.toLowerCase()}`);
      await axe(other, `${screen}, ${name}`);
    }
    await other.close();
  }
});

test("every number on the overview leads to its rows", async () => {
  await openSample(page);
  await page.getByRole("button", { name: /^Critical: 17/ }).click();
  await page.getByText(/^17 rows open \(17 critical\)/).waitFor();
  await go(page, "Overview");
  await page.getByRole("button", { name: /Public API servers/ }).click();
  await page.getByText("36 clusters of 60").waitFor();
  await go(page, "Overview");
  await page.getByRole("button", { name: "No owner named" }).click();
  await page.getByText(/rows open/).waitFor();
});

test("filters combine, show what they filter, and can be cleared", async () => {
  await go(page, "Findings");
  const clear = page.getByRole("button", { name: "Clear filters" });
  if (await clear.isVisible()) await clear.click();
  await page.getByText(/^298 rows open/).waitFor();
  await page.getByRole("search").getByRole("button", { name: "Severity" }).click();
  await page.getByRole("menuitemcheckbox", { name: /Critical/ }).click();
  await page.keyboard.press("Escape");
  await page.getByText(/^17 rows open/).waitFor();
  await page.getByLabel("Search findings").fill("jenkins");
  await page.getByText(/^2 rows open \(2 critical\)/).waitFor();
  await page.getByLabel("State").selectOption("not-assessed");
  await page.getByText("Nothing matches these filters").waitFor();
  await clear.click();
  await page.getByText(/^298 rows open/).waitFor();
});

test("the table is driven by the keyboard, and the pane opens and closes", async () => {
  await page.getByRole("heading", { name: "Findings", level: 1 }).click();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
  await page.getByRole("grid").focus();
  await page.keyboard.press("End");
  const last = page.getByRole("grid").locator('[aria-selected="true"]');
  await last.waitFor();
  assert.equal(await last.getAttribute("aria-rowindex"), "299");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const pane = page.getByRole("complementary", { name: "Finding" });
  await pane.getByText("Why it matters").waitFor();
  await axe(page, "a finding");
  await pane.getByRole("tab", { name: "CLI" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await pane.getByRole("tab", { name: "Bicep" }).getAttribute("aria-selected"), "true");
  await picture(page, "finding");
  await page.keyboard.press("Escape");
  await pane.waitFor({ state: "detached" });
});

test("one cluster shows its verdicts, bindings, facts and document", async () => {
  await go(page, "Clusters");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Search clusters").fill("ml-inference-weu");
  await page.getByText("1 cluster of 60").waitFor();
  await page.getByRole("grid").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "ml-inference-weu" }).waitFor();
  await page.getByRole("tab", { name: "Trusted Access (2)" }).click();
  await page.getByText("Microsoft.MachineLearningServices/workspaces/inference-v1").waitFor();
  await page.getByRole("tab", { name: "Facts" }).click();
  await page.getByRole("rowheader", { name: "Authorized IP ranges" }).waitFor();
  await page.getByRole("tab", { name: "Raw" }).click();
  await page.getByText('"agentPoolProfiles"').waitFor();
  await picture(page, "cluster");
});

test("a problem is a sentence with what to do, and goes away", async () => {
  await page.getByRole("button", { name: "Open your own fleet" }).click();
  await page.getByRole("button", { name: "Choose files" }).click();
  const problem = page.getByRole("alert");
  await problem.getByText("A browser cannot read files of this machine.").waitFor();
  await problem.getByText(/Open the sample fleet/).waitFor();
  await problem.getByRole("button", { name: "Dismiss" }).click();
  await problem.waitFor({ state: "detached" });
});

test("nothing is cut off sideways at 1280, at 1920, and at 200 %", async () => {
  for (const size of [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }, { width: 960, height: 600 }]) {
    const other = await fresh("light", size);
    await openSample(other);
    for (const screen of screens) {
      await go(other, screen);
      await other.waitForTimeout(80);
      assert.equal(await sideways(other), 0, `${screen} at ${size.width} scrolls sideways`);
    }
    await picture(other, `wide-${size.width}`);
    await fillSignIn(other, { keep: "Encrypted with a passphrase", passphrase: "four plain words here" });
    assert.equal(await sideways(other), 0, `signing in at ${size.width} scrolls sideways`);
    await picture(other, `wide-${size.width}-sign-in`);
    await send(other);
    await heading(other, "What to scan");
    assert.equal(await sideways(other), 0, `the look at ${size.width} scrolls sideways`);
    await picture(other, `wide-${size.width}-preflight`);
    await other.getByRole("button", { name: "Scan 6 subscriptions" }).click();
    await other.getByText("as Azure asked").waitFor();
    assert.equal(await sideways(other), 0, `the scan at ${size.width} scrolls sideways`);
    await picture(other, `wide-${size.width}-scan`);
    await other.getByRole("heading", { name: "Public API servers" }).waitFor();
    for (const screen of ["Coverage", "Settings"]) {
      await go(other, screen);
      await other.waitForTimeout(80);
      await other.evaluate(() => document.querySelectorAll("details").forEach((e) => { e.open = true; }));
      assert.equal(await sideways(other), 0, `${screen} of a scan at ${size.width} scrolls sideways`);
    }
    await other.close();
  }
});

test("signing in, the look and the scan have no axe violation, in light, dark and forced colours", async () => {
  for (const [scheme, more] of [["light", {}], ["dark", {}], ["light", { forcedColors: "active" }]]) {
    const name = more.forcedColors ? "forced" : scheme;
    const other = await fresh(scheme, undefined, more);
    await picture(other, `${name}-welcome`);
    await fillSignIn(other, { keep: "Encrypted with a passphrase" });
    await send(other);
    await other.getByText("At least 12 characters.", { exact: true }).waitFor();
    await axe(other, `sign-in, ${name}`);
    await other.locator(".screen").evaluate((e) => e.scrollTo(0, 0));
    await picture(other, `${name}-sign-in`);
    await other.getByLabel("Passphrase", { exact: true }).fill("four plain words here");
    await other.getByLabel("Passphrase again").fill("four plain words here");
    await send(other);
    await other.getByText("QUAY-2468").waitFor();
    await picture(other, `${name}-device-code`);
    await heading(other, "What to scan");
    await axe(other, `the look, ${name}`);
    await picture(other, `${name}-preflight`);
    await other.getByRole("button", { name: "Scan 6 subscriptions" }).click();
    await other.getByText("waiting 2 s, as Azure asked").waitFor();
    await picture(other, `${name}-scan`);
    await other.getByRole("button", { name: "Stop" }).click();
    await heading(other, "The scan is stopped");
    await axe(other, `the stopped scan, ${name}`);
    await picture(other, `${name}-scan-stopped`);
    await other.getByRole("button", { name: "Go on" }).click();
    await other.getByRole("button", { name: "Go on with the scan" }).click();
    await heading(other, "Reading the fleet");
    await axe(other, `the scan, ${name}`);
    await other.getByRole("heading", { name: "Public API servers" }).waitFor();
    for (const screen of ["Coverage", "Settings"]) {
      await go(other, screen);
      await heading(other, screen);
      await other.waitForTimeout(150);
      if (screen === "Coverage") for (const summary of await other.locator("details.asked > summary").all()) await summary.click();
      else await other.getByRole("heading", { name: "This engagement" }).scrollIntoViewIfNeeded();
      await axe(other, `${screen} of a scan, ${name}`);
      await picture(other, `${name}-live-${screen.toLowerCase()}`);
    }
    await other.close();
  }
});

test("a device code is shown large, with its page, and leads to the look", async () => {
  const other = await fresh("light");
  await fillSignIn(other);
  await send(other);
  await other.getByText("QUAY-2468").waitFor();
  await other.getByText("https://microsoft.com/devicelogin").waitFor();
  await other.getByRole("button", { name: "Copy code" }).waitFor();
  await heading(other, "What to scan");
  assert.equal(await other.evaluate(() => document.activeElement?.textContent), "What to scan");
  await other.getByText("anna.lindqvist@nordwind.example", { exact: true }).waitFor();
  await other.getByText("In memory only: gone when the window closes").waitFor();
  await other.getByText("All but activity log").waitFor();
  await other.getByText("Clusters not readable").waitFor();
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByRole("heading", { name: "Open a fleet" }).waitFor();
  await other.close();
});

test("a refused sign-in says so and keeps what was typed", async () => {
  const other = await fresh("light");
  await fillSignIn(other, { client: "my-app", keep: "Encrypted, key in the keychain" });
  await send(other);
  const alert = other.getByRole("alert");
  await alert.getByText('"my-app" is not the id of an application.').waitFor();
  assert.equal(await other.getByLabel("Application (client) ID").inputValue(), "my-app");
  await other.getByLabel("Application (client) ID").fill(CLIENT);
  await send(other);
  await other.getByRole("button", { name: "Stop" }).click();
  await alert.getByText("The sign-in was stopped.").waitFor();
  await send(other);
  await alert.getByText("This desktop has no keychain that can be used.").waitFor();
  assert.equal(await other.getByLabel("Tenant").inputValue(), "nordwind.example");
  assert.equal(await other.evaluate(() => document.activeElement?.getAttribute("value")), "keychain", "the keeping choice has the focus");
  await other.getByRole("radio", { name: "Azure CLI" }).check();
  await other.getByLabel("Application (client) ID").waitFor({ state: "detached" });
  await other.getByRole("button", { name: "Back" }).click();
  await other.getByRole("heading", { name: "Open a fleet" }).waitFor();
  await other.close();
});

test("what is unticked is not asked, a stopped scan goes on, and the coverage tells both", async () => {
  const other = await fresh("light");
  await signIn(other);
  await other.getByRole("checkbox", { name: "Nordwind Sandbox" }).uncheck();
  await other.getByRole("button", { name: "Scan 5 subscriptions" }).waitFor();
  await other.getByText("5 of 6 ticked. The other one will be listed as not asked.").waitFor();
  await other.getByRole("checkbox", { name: "Select all" }).check();
  await other.getByRole("checkbox", { name: "Select all" }).uncheck();
  assert.equal(await other.getByRole("button", { name: /^Scan 0/ }).isDisabled(), true);
  await other.getByRole("checkbox", { name: "Select all" }).check();
  await other.getByRole("checkbox", { name: "Nordwind Sandbox" }).uncheck();
  await other.getByRole("button", { name: "Scan 5 subscriptions" }).click();
  await other.getByRole("progressbar", { name: "Answers read" }).waitFor();
  const names = () => other.locator("table.lines tbody tr td:first-child").allTextContents();
  const first = await names();
  await other.getByText("waiting 2 s, as Azure asked").waitFor();
  assert.deepEqual(await names(), first, "rows keep their place");
  await other.getByRole("button", { name: "Stop" }).click();
  await other.getByRole("alert").getByText("The scan was stopped; 120 answers are kept.").waitFor();
  await other.getByRole("button", { name: "Go on" }).click();
  await other.getByText("5 of 6 ticked.").waitFor();
  await other.getByRole("button", { name: "Go on with the scan" }).click();
  await heading(other, "Overview");
  await go(other, "Coverage");
  const sandbox = other.locator("details.asked", { hasText: "Nordwind Sandbox" });
  await sandbox.getByText("1 not asked").waitFor();
  const retail = other.locator("details.asked", { hasText: "Nordwind Retail" });
  await retail.locator("summary").click();
  await retail.getByText("Resource Manager 13 · Resource Graph 13").waitFor();
  await retail.getByText(/^az role assignment create --role Reader/).waitFor();
  await other.getByRole("button", { name: "Scan again" }).click();
  await heading(other, "What to scan");
  await other.getByRole("button", { name: "Back to the engagement" }).click();
  await heading(other, "Coverage");
  await other.close();
});

test("a locked engagement asks for its passphrase in place, and is exported, signed out of and removed", async () => {
  const other = await fresh("light");
  const passphrase = "four plain words here";
  await signIn(other, { keep: "Encrypted with a passphrase", passphrase });
  await other.getByRole("button", { name: "Back" }).click();
  const unlock = async () => {
    await other.getByRole("button", { name: /^Azure tenant/ }).click();
    await other.getByLabel("Passphrase").fill(passphrase);
    await other.getByRole("button", { name: "Open", exact: true }).click();
  };
  await other.getByRole("button", { name: /^Azure tenant/ }).click();
  await other.getByText(/locked with a passphrase/).waitFor();
  await axe(other, "a locked engagement");
  await other.getByLabel("Passphrase").fill("something else");
  await other.getByRole("button", { name: "Open", exact: true }).click();
  await other.getByText(/locked with a passphrase/).waitFor();
  // its first scan never ran: the way leads to the look
  await unlock();
  await heading(other, "What to scan");
  await scanAll(other);
  await other.getByRole("button", { name: "Close" }).click();
  await unlock();
  await heading(other, "Overview");
  await other.getByRole("button", { name: "Scan again" }).click();
  await heading(other, "Sign in to Azure");
  await other.getByRole("alert").getByText("Nobody is signed in to this tenant.").waitFor();
  await other.getByRole("button", { name: "Back" }).click();
  await go(other, "Settings");
  await other.getByRole("button", { name: "Export a copy" }).click();
  await other.getByText("At least 12 characters.", { exact: true }).waitFor();
  await other.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await other.getByLabel("Passphrase again").fill(passphrase);
  await other.getByRole("button", { name: "Export a copy" }).click();
  await other.getByText("/copies/engagement.quay").waitFor();
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByText(/^Signed out\./).waitFor();
  const remove = other.getByRole("button", { name: "Remove for good" });
  assert.equal(await remove.isDisabled(), true);
  await other.getByLabel(/^Type/).fill("remove");
  await remove.click();
  await other.getByText("Nothing yet. What you open is kept on this machine").waitFor();
  await other.close();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
