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
      const wide = await other.evaluate(() => [...document.querySelectorAll(".screen, body")].filter((e) => e.scrollWidth > e.clientWidth + 1).length);
      assert.equal(wide, 0, `${screen} at ${size.width} scrolls sideways`);
    }
    await picture(other, `wide-${size.width}`);
    await other.close();
  }
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
