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
const screens = ["Overview", "Findings", "Clusters", "Trusted Access", "Doors", "Closing plan", "Ownership", "Declared", "Guardrails", "Reports", "Rules", "Coverage", "Settings"];
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
      await picture(other, `${name}-${screen.toLowerCase().replaceAll(" ", "-")}`);
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
  await page.getByText(/^561 rows open/).waitFor();
  await page.getByRole("search").getByRole("button", { name: "Severity" }).click();
  await page.getByRole("menuitemcheckbox", { name: /Critical/ }).click();
  await page.keyboard.press("Escape");
  await page.getByText(/^17 rows open/).waitFor();
  await page.getByLabel("Search findings").fill("jenkins");
  await page.getByText(/^2 rows open \(2 critical\)/).waitFor();
  await page.getByLabel("State").selectOption("not-assessed");
  await page.getByText("Nothing matches these filters").waitFor();
  await clear.click();
  await page.getByText(/^561 rows open/).waitFor();
});

test("the scenarios the product exists for stand on the screen", async () => {
  const scenarios = [
    ["payments-hsm-weu", "Service without its Trusted Access binding", /Azure Backup \(bv-nordwind-weu\) has no binding/],
    ["freight-dr-neu", "Service without its Trusted Access binding", /Defender CSPM/],
    ["ml-inference-weu", "Service without its Trusted Access binding", /mlw-pricing/],
    ["ml-inference-weu", "Trusted Access binding wider than its service needs", /amounts to cluster-admin/],
    ["warehouse-prod-sec", "Binding for a source that is gone", /404/],
    ["ml-pilot-weu", "Binding made by hand", /with the portal/],
    ["tracking-prod-weu", "Old allow-list kept beside Trusted Access", /203\.0\.113\.0\/28/],
  ];
  await go(page, "Findings");
  await page.getByText(/^561 rows open/).waitFor();
  for (const [cluster, title, words] of scenarios) {
    await page.getByLabel("Search findings").fill(cluster);
    await page.getByRole("row").filter({ hasText: title }).filter({ hasText: cluster }).first().click();
    await page.getByRole("complementary", { name: "Finding" }).getByText(words).first().waitFor();
    await page.keyboard.press("Escape");
  }
  await page.getByLabel("Search findings").fill("");
  await page.getByText(/^561 rows open/).waitFor();
});

test("the table is driven by the keyboard, and the pane opens and closes", async () => {
  await page.getByRole("heading", { name: "Findings", level: 1 }).click();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
  await page.getByRole("grid").focus();
  await page.keyboard.press("End");
  const last = page.getByRole("grid").locator('[aria-selected="true"]');
  await last.waitFor();
  assert.equal(await last.getAttribute("aria-rowindex"), "562");
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

/** How many rows a grid has, drawn or not. */
const rowsOf = async (grid) => Number(await grid.getAttribute("aria-rowcount")) - 1;
const BEFORE_AFTER = /^(\d+|none) → (\d+|none)$/;
/** The first row by keyboard. */
const openFirst = async (of, grid) => {
  await grid.focus();
  await of.keyboard.press("Home");
  await of.keyboard.press("Enter");
};
/** A cluster's tab, by way of the list of closing plans: its first row has the most steps. */
const openPlan = async (of) => {
  await go(of, "Closing plan");
  await openFirst(of, of.getByRole("grid", { name: "Closing plans" }));
  await of.getByRole("tab", { name: "Closing plan", selected: true }).waitFor();
};

test("each screen about access opens from the navigation with its headline and its rows", async () => {
  const other = await fresh("light");
  await openSample(other);
  const lists = [
    ["Trusted Access", /(clusters? with a service that supports Trusted Access (is|are) fully bound|known to have a service)/, "Clusters and services"],
    ["Doors", /can enter [\d,]+ clusters; the widest can enter \d+, \d+ of them as administrator/, "Identities"],
    ["Closing plan", /^[\d,]+ steps on \d+ of [\d,]+ clusters; \d+ held back/, "Closing plans"],
    ["Ownership", /^Owner, team and cost centre are complete for \d+ of [\d,]+ clusters\./, "Owners"],
    ["Guardrails", /Azure Policy definitions to take away\. Quaymaster never deploys them/, "Policies"],
  ];
  for (const [screen, headline, label] of lists) {
    await go(other, screen);
    await heading(other, screen);
    await other.getByText(headline).first().waitFor();
    const grid = other.getByRole("grid", { name: label });
    await grid.getByRole("gridcell").first().waitFor();
    assert.ok((await rowsOf(grid)) > 0, `${screen} has rows`);
  }
  await go(other, "Declared");
  await heading(other, "Declared against deployed");
  await other.getByRole("button", { name: "Add code" }).click();
  await other.getByRole("alert").getByText("A browser cannot read files of this machine.").waitFor();
  await other.close();
});

test("what is beside the lists about access has no axe violation, in light and dark", async () => {
  for (const scheme of ["light", "dark"]) {
    const other = await fresh(scheme);
    await openSample(other);
    const panes = [["Trusted Access", "Clusters and services", "Cluster"], ["Doors", "Identities", "Identity"], ["Ownership", "Owners", "Owner"], ["Guardrails", "Policies", "Policy"]];
    for (const [screen, label, name] of panes) {
      await go(other, screen);
      await openFirst(other, other.getByRole("grid", { name: label }));
      const pane = other.getByRole("complementary", { name, exact: true });
      await pane.waitFor();
      await axe(other, `${name} beside ${screen}, ${scheme}`);
      await picture(other, `${scheme}-pane-${name.toLowerCase()}`);
      await other.keyboard.press("Escape");
      await pane.waitFor({ state: "detached" });
    }
    await go(other, "Trusted Access");
    for (const tab of ["Bindings", "Roles"]) {
      await other.getByRole("tab", { name: tab }).click();
      await other.getByText(tab === "Bindings" ? /bindings?; the bindings of/ : /Graded by what/).first().waitFor();
      await axe(other, `${tab}, ${scheme}`);
      await picture(other, `${scheme}-${tab.toLowerCase()}`);
    }
    await other.getByRole("tab", { name: "Bindings" }).click();
    await openFirst(other, other.getByRole("grid", { name: "Bindings" }));
    await other.getByRole("complementary", { name: "Binding", exact: true }).getByRole("button", { name: "Copy id of the source" }).waitFor();
    await axe(other, `a binding, ${scheme}`);
    await picture(other, `${scheme}-pane-binding`);
    await go(other, "Ownership");
    await other.getByRole("tab", { name: /^Missing or misspelled/ }).click();
    await other.waitForTimeout(80);
    await axe(other, `incomplete owners, ${scheme}`);
    await other.close();
  }
});

test("the legend of the matrix filters it, and the filter is still there after another screen", async () => {
  const other = await fresh("light");
  await openSample(other);
  await go(other, "Trusted Access");
  const grid = other.getByRole("grid", { name: "Clusters and services" });
  await grid.getByRole("gridcell").first().waitFor();
  const all = await rowsOf(grid);
  const chips = other.getByRole("group", { name: /^States/ }).getByRole("button");
  assert.equal(await chips.count(), 7);
  const bound = other.getByRole("group", { name: /^States/ }).getByRole("button", { name: /bound/ });
  await bound.click();
  assert.equal(await bound.getAttribute("aria-pressed"), "true");
  await other.waitForTimeout(80);
  const some = await rowsOf(grid);
  assert.ok(some > 0 && some <= all);
  for (const row of await grid.getByRole("row").filter({ has: other.getByRole("gridcell") }).all()) assert.match(await row.innerText(), /bound/);
  await other.keyboard.press("Escape");
  await other.getByRole("heading", { level: 1 }).click();
  await other.keyboard.press("/");
  assert.equal(await other.evaluate(() => document.activeElement?.id), "search");
  await go(other, "Doors");
  await heading(other, "Doors");
  await go(other, "Trusted Access");
  assert.equal(await bound.getAttribute("aria-pressed"), "true");
  await other.getByRole("button", { name: "Clear filters" }).click();
  await other.waitForTimeout(80);
  assert.equal(await rowsOf(grid), all);
  await other.close();
});

test("a cluster's doors are a picture with its table, and its services a list", async () => {
  for (const [scheme, more] of [["light", {}], ["dark", {}], ["light", { forcedColors: "active" }]]) {
    const name = more.forcedColors ? "forced" : scheme;
    const other = await fresh(scheme, undefined, more);
    await openSample(other);
    await openPlan(other);
    await other.getByRole("tab", { name: "Doors" }).click();
    const drawn = other.getByRole("img", { name: /doors? (is|are) open|No door is known to be open/ });
    await drawn.waitFor();
    assert.ok((await drawn.locator("rect").count()) >= 3, "who, door and reach");
    assert.ok((await drawn.locator("rect").count()) <= 24, "at most eight boxes a column");
    assert.ok((await drawn.locator("path").count()) >= 2);
    const table = other.getByRole("table", { name: "Every door of this cluster" });
    assert.ok((await table.getByRole("row").count()) > 1);
    await axe(other, `doors of a cluster, ${name}`);
    await picture(other, `${name}-cluster-doors`);
    assert.equal(await sideways(other), 0, "the doors of a cluster scroll sideways");
    await other.getByRole("tab", { name: "Integrations" }).click();
    await other.getByRole("table", { name: "Services that use this cluster" }).or(other.getByText(/^No service is known to use this cluster/)).waitFor();
    await axe(other, `integrations, ${name}`);
    await picture(other, `${name}-cluster-integrations`);
    await other.close();
  }
});

test("a closing plan shows its steps, how to do them, and what would come of them", async () => {
  for (const scheme of ["light", "dark"]) {
    const other = await fresh(scheme);
    await openSample(other);
    await openPlan(other);
    const panel = other.getByRole("complementary", { name: "What if" });
    await panel.locator("dd").first().waitFor();
    assert.match(await panel.locator("dd").first().innerText(), BEFORE_AFTER);
    const steps = other.locator("li.planstep");
    assert.ok((await steps.count()) > 0);
    await steps.first().locator("summary").click();
    for (const tab of ["Bicep", "Terraform", "Check", "Way back", "CLI"]) await steps.first().getByRole("tab", { name: tab }).click();
    await axe(other, `a closing plan, ${scheme}`);
    await picture(other, `${scheme}-cluster-plan`);
    assert.equal(await sideways(other), 0, "a closing plan scrolls sideways");
    const anyway = other.getByRole("button", { name: /^Take step \d+ anyway/ });
    for (let left = await anyway.count(); left > 0; left -= 1) await anyway.first().click();
    assert.equal(await steps.getByRole("checkbox", { disabled: true }).count(), 0);
    await other.getByRole("button", { name: "Tick none" }).click();
    await panel.getByText(/^Nothing is ticked/).waitFor();
    await steps.first().getByRole("checkbox").check();
    await panel.getByText(new RegExp(`^1 of ${await steps.count()} steps? ticked`)).waitFor();
    await panel.locator("dd").first().waitFor();
    await other.getByRole("button", { name: "Export as code" }).click();
    await other.getByText(/^Saved closing-plan\.zip in/).waitFor();
    await other.close();
  }
});

test("what-if for the fleet shows before and after, with what is closed and opened", async () => {
  const other = await fresh("light");
  await openSample(other);
  await go(other, "Closing plan");
  await other.getByRole("button", { name: /^What if every step/ }).click();
  const figures = other.locator("dl.figures dd");
  await figures.first().waitFor();
  for (const place of [0, 1, 2]) assert.match(await figures.nth(place).innerText(), BEFORE_AFTER);
  const pane = other.getByRole("complementary", { name: "What would change" });
  await pane.getByRole("heading", { name: /^Closed \(/ }).waitFor();
  await pane.getByRole("heading", { name: /^Opened \(/ }).waitFor();
  await axe(other, "what-if for the fleet");
  await picture(other, "fleet-what-if");
  await other.keyboard.press("Escape");
  await pane.waitFor({ state: "detached" });
  const grid = other.getByRole("grid", { name: "Closing plans" });
  await grid.getByRole("button", { name: "Held back" }).click();
  assert.equal(await grid.getByRole("columnheader", { name: "Held back" }).getAttribute("aria-sort"), "descending");
  await grid.getByRole("button", { name: "Held back" }).click();
  assert.equal(await grid.getByRole("columnheader", { name: "Held back" }).getAttribute("aria-sort"), "ascending");
  await other.close();
});

test("guardrails are exported for a management group, and owners as files", async () => {
  const other = await fresh("light");
  await openSample(other);
  await go(other, "Guardrails");
  const group = other.getByLabel("Management group");
  assert.equal(await group.getAttribute("placeholder"), "management group id");
  const send = other.getByRole("button", { name: "Export policies and templates" });
  await group.fill("no such / group");
  await other.getByText(/An id of a management group has/).waitFor();
  assert.equal(await send.isDisabled(), true);
  await group.fill("");
  await send.click();
  await other.getByText(/^Saved guardrails\.zip in/).waitFor();
  await go(other, "Ownership");
  await other.getByRole("button", { name: "CSV for each owner" }).click();
  await other.getByText(/^Saved owners\.zip in/).waitFor();
  await go(other, "Settings");
  assert.match(await other.getByLabel(/service principal's secret is a finding/).inputValue(), /^\d+$/);
  await other.getByRole("checkbox", { name: /^Tags of the resource group and the subscription count/ }).waitFor();
  await other.close();
});

test("every screen is reached without scrolling the navigation at 1280 × 800", async () => {
  const other = await fresh("light");
  await openSample(other);
  assert.equal(await other.getByRole("navigation").evaluate((e) => e.scrollHeight > e.clientHeight), false);
  for (const screen of screens) await other.getByRole("navigation").getByRole("button", { name: new RegExp(`^${screen}`) }).waitFor();
  await other.close();
});

const focused = (of, attribute) => of.evaluate((name) => document.activeElement?.getAttribute(name) ?? document.activeElement?.tagName, attribute);
/** Lists with a pane beside them: screen, list, pane. */
const SPLITS = [
  ["Findings", "Findings", "Finding"],
  ["Trusted Access", "Clusters and services", "Cluster"],
  ["Doors", "Identities", "Identity"],
  ["Ownership", "Owners", "Owner"],
  ["Declared", "Declared and deployed", "Declared and deployed"],
  ["Guardrails", "Policies", "Policy"],
];

test("an open menu leaves the rows behind it in view", async () => {
  for (const scheme of ["light", "dark"]) {
    const other = await fresh(scheme);
    await openSample(other);
    for (const [screen, button] of [["Findings", "Severity"], ["Clusters", "API server"]]) {
      await go(other, screen);
      const grid = other.getByRole("grid", { name: screen });
      await grid.getByRole("gridcell").first().waitFor();
      await other.getByRole("search").getByRole("button", { name: button }).click();
      await other.getByRole("menuitemcheckbox").first().waitFor();
      await other.waitForTimeout(150);
      const behind = await grid.evaluate((e) => {
        const { right, top } = e.getBoundingClientRect();
        return document.elementFromPoint(right - 60, top + 120)?.closest('[role="row"]') !== null;
      });
      assert.equal(behind, true, `a row of ${screen} is in view behind the menu`);
      await axe(other, `the open menu of ${screen}, ${scheme}`);
      await picture(other, `${scheme}-menu-${screen.toLowerCase()}`);
      await other.keyboard.press("Escape");
    }
    await other.close();
  }
});

test("at 200 % every list shows rows, and a pane stands below its list", async () => {
  const other = await fresh("light", { width: 640, height: 400 }, { deviceScaleFactor: 2 });
  await openSample(other);
  for (const [screen, label, name] of [...SPLITS, ["Clusters", "Clusters", ""], ["Closing plan", "Closing plans", ""]]) {
    await go(other, screen);
    const grid = other.getByRole("grid", { name: label });
    await grid.getByRole("gridcell").first().waitFor();
    await grid.evaluate((e) => e.scrollIntoView({ block: "start" }));
    const seen = await grid.evaluate((e) => {
      const box = e.getBoundingClientRect();
      const inView = (row) => row.top >= box.top && row.bottom <= Math.min(box.bottom, innerHeight);
      return [...e.querySelectorAll('[role="row"]')].filter((row) => inView(row.getBoundingClientRect())).length;
    });
    assert.ok(seen >= 4, `${screen} shows ${seen} rows, the head with them`);
    assert.equal(await sideways(other), 0, `${screen} scrolls sideways`);
    if (name === "") continue;
    await openFirst(other, grid);
    const pane = other.getByRole("complementary", { name, exact: true });
    await pane.waitFor();
    const [list, beside] = [await grid.boundingBox(), await pane.boundingBox()];
    assert.ok(beside.y >= list.y + list.height - 1, `the pane of ${screen} is below its list`);
    assert.ok(beside.y < 400, `the pane of ${screen} is in view`);
    await picture(other, `zoom-${screen.toLowerCase().replaceAll(" ", "-")}`);
    await other.keyboard.press("Escape");
  }
  const cut = await other.locator(".head .facts > *").evaluateAll((facts) => facts.filter((e) => e.scrollWidth > e.clientWidth + 1 && !e.title).map((e) => e.textContent));
  assert.deepEqual(cut, [], "the header is cut without a way to read it");
  await other.close();
});

test("a pane that closes gives the focus back to its list", async () => {
  const other = await fresh("light");
  await openSample(other);
  for (const [screen, label, name] of SPLITS) {
    await go(other, screen);
    const grid = other.getByRole("grid", { name: label });
    await grid.getByRole("gridcell").first().waitFor();
    const pane = other.getByRole("complementary", { name, exact: true });
    for (const key of ["Escape", "Enter", "the mouse"]) {
      await openFirst(other, grid);
      const close = pane.getByRole("button", { name: /^Close/ });
      await close.focus();
      if (key === "the mouse") await close.click();
      else await other.keyboard.press(key);
      await pane.waitFor({ state: "detached" });
      assert.equal(await focused(other, "aria-label"), label, `${key} in the pane of ${screen}`);
    }
  }
  await other.close();
});

test("Enter on the head of a column sorts, and Esc in a menu closes the menu alone", async () => {
  const other = await fresh("light");
  await openSample(other);
  await go(other, "Findings");
  const grid = other.getByRole("grid", { name: "Findings" });
  await grid.getByRole("gridcell").first().waitFor();
  await openFirst(other, grid);
  const pane = other.getByRole("complementary", { name: "Finding", exact: true });
  await pane.waitFor();
  await other.getByRole("search").getByRole("button", { name: "Severity" }).click();
  await other.getByRole("menuitemcheckbox").first().waitFor();
  await other.keyboard.press("Escape");
  await other.getByRole("menuitemcheckbox").first().waitFor({ state: "detached" });
  assert.equal(await pane.count(), 1, "the finding is still open");
  await other.keyboard.press("Escape");
  await pane.waitFor({ state: "detached" });
  const head = grid.getByRole("columnheader", { name: "Cluster" });
  await head.getByRole("button").focus();
  await other.keyboard.press("Enter");
  await grid.locator('[role="columnheader"][aria-sort="ascending"]', { hasText: "Cluster" }).waitFor();
  assert.equal(await pane.count(), 0, "no row was opened");
  await other.close();
});

test("one cluster takes the focus, and leads back to the list it was opened in", async () => {
  const other = await fresh("light");
  await openSample(other);
  for (const [screen, label, back] of [["Clusters", "Clusters", "All clusters"], ["Closing plan", "Closing plans", "Back to Closing plan"]]) {
    for (const key of ["Escape", "Enter"]) {
      await go(other, screen);
      const grid = other.getByRole("grid", { name: label });
      await openFirst(other, grid);
      const button = other.getByRole("button", { name: back });
      await button.waitFor();
      await other.getByRole("tab", { name: /^Verdicts/ }).waitFor();
      assert.equal(await focused(other, "nothing"), "H1");
      await other.keyboard.press("?");
      await other.getByRole("complementary", { name: "Keys" }).waitFor();
      await other.keyboard.press("Escape");
      assert.equal(await button.count(), 1, "Esc closes the list of keys first");
      if (key === "Enter") await button.focus();
      await other.keyboard.press(key);
      await heading(other, screen);
      await other.waitForFunction((name) => document.activeElement?.getAttribute("aria-label") === name, label);
    }
  }
  await other.close();
});

test("/ searches every list, and Home and End lead to the ends of tabs", async () => {
  const other = await fresh("light");
  await openSample(other);
  for (const screen of screens.filter((name) => !["Overview", "Reports", "Settings"].includes(name))) {
    await go(other, screen);
    await other.getByRole("search").first().waitFor();
    await other.getByRole("heading", { level: 1 }).click();
    await other.keyboard.press("/");
    assert.equal(await focused(other, "id"), "search", `/ on ${screen}`);
  }
  await other.getByLabel("Search the coverage").fill("no such gap");
  await other.getByText("0 subscriptions, 0 gaps and 0 rules match").waitFor();
  await other.getByRole("button", { name: "Clear filters" }).click();
  await go(other, "Rules");
  await other.getByLabel("Search rules").fill("EXP-01");
  await other.getByText(/^\d+ of 52 rules$/).waitFor();
  await go(other, "Trusted Access");
  await other.getByRole("tab", { name: "Matrix" }).focus();
  for (const [key, tab] of [["End", "Roles"], ["Home", "Matrix"], ["ArrowLeft", "Roles"]]) {
    await other.keyboard.press(key);
    await other.getByRole("tab", { name: tab, selected: true }).waitFor();
  }
  await other.keyboard.press("/");
  assert.equal(await other.getByLabel("Search roles").evaluate((e) => e === document.activeElement), true);
  await other.close();
});

test("a kind of door leads to the clusters where it is open, and to who can open it", async () => {
  const other = await fresh("light");
  await openSample(other);
  await go(other, "Doors");
  const grid = other.getByRole("grid", { name: "Identities" });
  await grid.getByRole("gridcell").first().waitFor();
  const all = await rowsOf(grid);
  await other.getByRole("button", { name: /^Run command: show where/ }).click();
  const pane = other.getByRole("complementary", { name: "Door", exact: true });
  await pane.getByRole("heading", { name: "Run command" }).waitFor();
  await other.waitForTimeout(80);
  const some = await rowsOf(grid);
  assert.ok(some > 0 && some < all, `${some} of ${all} identities have such a door`);
  for (const row of await grid.getByRole("row").filter({ has: other.getByRole("gridcell") }).all()) assert.match(await row.getByRole("gridcell").last().getAttribute("title"), /Run command/);
  await openFirst(other, grid);
  const who = other.getByRole("complementary", { name: "Identity", exact: true });
  await who.getByRole("heading", { name: "Clusters it can enter" }).waitFor();
  await axe(other, "an identity and its clusters");
  await other.keyboard.press("Escape");
  await pane.waitFor();
  const first = pane.getByRole("listitem").first().getByRole("button");
  const name = await first.innerText();
  await first.click();
  await other.getByRole("heading", { name, level: 1 }).waitFor();
  await other.getByRole("tab", { name: "Doors", selected: true }).waitFor();
  await other.getByRole("button", { name: "Back to Doors" }).click();
  await pane.waitFor();
  await axe(other, "a kind of door");
  await pane.getByRole("button", { name: /^Close/ }).click();
  await other.getByRole("button", { name: /^Run command: show where/ }).waitFor();
  await other.waitForTimeout(80);
  assert.equal(await rowsOf(grid), all);
  await other.close();
});

test("a step is not taken without the steps it needs", async () => {
  const other = await fresh("light");
  await openSample(other);
  await openPlan(other);
  const needing = other.locator("li.planstep", { hasText: /Needs steps? \d/ }).last();
  const number = Number((await needing.innerText()).match(/Needs steps? (\d+)/)[1]);
  const needed = other.getByRole("checkbox", { name: new RegExp(`^Take step ${number}:`) });
  assert.equal(await needing.getByRole("checkbox").isChecked(), true);
  await needed.uncheck();
  assert.equal(await needing.getByRole("checkbox").isChecked(), false);
  await needing.getByRole("checkbox").check();
  assert.equal(await needed.isChecked(), true);
  await other.close();
});

test("every failing test of an area on the overview is a row of the findings", async () => {
  const other = await fresh("light");
  await openSample(other);
  const areas = await other.getByRole("button", { name: /fail, show them$/ }).evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
  assert.ok(areas.length > 0);
  for (const area of areas) {
    await go(other, "Overview");
    await other.getByRole("button", { name: area }).click();
    const [, count] = area.match(/: (\d+) fail/);
    await other.getByText(new RegExp(`^${count} rows? open`)).waitFor();
  }
  await go(other, "Overview");
  await other.getByRole("button", { name: /^Fully on Trusted Access/ }).click();
  await other.getByRole("grid", { name: "Clusters and services" }).waitFor();
  await other.close();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
