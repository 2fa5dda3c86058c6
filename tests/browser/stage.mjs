// The stage of the browser tests: the UI served from a build on recorded answers, a plain browser, and what a person does
// on many screens. A test file that imports it gets its own browser; an error on any page fails the file.
import { after } from "node:test";
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
const complaints = [];

const freePort = () => new Promise((found) => { const s = net.createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => found(port)); }); });

const port = await freePort();
const address = `http://127.0.0.1:${port}/`;
const server = spawn("node", ["node_modules/vite/bin/vite.js", "preview", "--outDir", "dist-browser", "--port", String(port), "--strictPort"], { cwd: join(root, "ui"), stdio: ["ignore", "pipe", "inherit"] });
await new Promise((ready, failed) => {
  server.stdout.on("data", (data) => String(data).includes(String(port)) && ready());
  server.once("exit", (code) => failed(new Error(`the server of the UI ended with ${code}`)));
});
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
after(async () => {
  await browser.close();
  server.kill();
  assert.deepEqual(complaints, [], "the browser had nothing to complain about");
});

export async function fresh(colorScheme, size = { width: 1280, height: 800 }, more = {}) {
  const made = await browser.newPage({ viewport: size, colorScheme, ...more });
  made.on("pageerror", (error) => complaints.push(error.message));
  made.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await made.goto(address);
  await made.getByRole("heading", { name: "Open a fleet" }).waitFor();
  return made;
}

export async function axe(of, screen) {
  await settled(of);
  await of.evaluate(axeSource);
  const found = await of.evaluate(() => window.axe.run({ exclude: [["[data-tabster-dummy]"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(" | ")}`)));
  assert.deepEqual(found, [], `axe on ${screen}`);
}

export const picture = async (of, name) => { if (shots) await of.screenshot({ path: join(shots, `${name}.png`) }); };
export const screens = ["Overview", "Findings", "Clusters", "Trusted Access", "Doors", "Closing plan", "Ownership", "Declared", "Guardrails", "Reports", "Rules", "Coverage", "Settings"];
export const go = (of, screen) => of.getByRole("navigation").getByRole("button", { name: new RegExp(`^${screen}`) }).click();
export const openSample = async (of) => {
  await of.getByRole("button", { name: "Open sample" }).click();
  await of.getByRole("heading", { name: "Public API servers" }).waitFor();
};

export const CLIENT = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
export const heading = (of, name) => of.getByRole("heading", { name, level: 1 }).waitFor();
/** From the welcome screen to the filled form, ready to be sent. */
export const fillSignIn = async (of, { keep = "In memory only", passphrase = "", client = CLIENT } = {}) => {
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
export const send = (of) => of.getByRole("button", { name: "Sign in", exact: true }).click();
export const signIn = async (of, how) => {
  await fillSignIn(of, how);
  await send(of);
  await heading(of, "What to scan");
};
export const scanAll = async (of) => {
  await of.getByRole("button", { name: "Scan 6 subscriptions" }).click();
  await heading(of, "Reading the fleet");
  await of.getByRole("heading", { name: "Public API servers" }).waitFor();
};
/** Waits until a screen is drawn: nothing is loading or moving any more, and two frames have passed. */
export const settled = (of) => of.waitForFunction(() => {
  if (document.querySelector('[aria-label="Loading"]')) return false;
  if (document.getAnimations().some((moving) => moving.playState === "running")) return false;
  return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))));
});
/** Waits until a number is what a test wants: rows come after the screen. */
export const until = async (read, wanted, said) => {
  const end = Date.now() + 15000;
  for (let found = await read(); !wanted(found); found = await read()) {
    if (Date.now() > end) assert.fail(`${said}: ${found}`);
    await new Promise((later) => setTimeout(later, 30));
  }
};
export const sideways = async (of) => {
  await settled(of);
  return of.evaluate(() => [...document.querySelectorAll(".screen, body")].filter((e) => e.scrollWidth > e.clientWidth + 1).length);
};

/** How many rows a grid has, drawn or not. */
export const rowsOf = async (grid) => Number(await grid.getAttribute("aria-rowcount")) - 1;
export const BEFORE_AFTER = /^(\d+|none) → (\d+|none)$/;
/** The first row by keyboard. */
export const openFirst = async (of, grid) => {
  await grid.focus();
  await of.keyboard.press("Home");
  await of.keyboard.press("Enter");
};
/** A cluster's tab, by way of the list of closing plans: its first row has the most steps. */
export const openPlan = async (of) => {
  await go(of, "Closing plan");
  await openFirst(of, of.getByRole("grid", { name: "Closing plans" }));
  await of.getByRole("tab", { name: "Closing plan", selected: true }).waitFor();
};

export const focused = (of, attribute) => of.evaluate((name) => document.activeElement?.getAttribute(name) ?? document.activeElement?.tagName, attribute);
/** Lists with a pane beside them: screen, list, pane. */
export const SPLITS = [
  ["Findings", "Findings", "Finding"],
  ["Trusted Access", "Clusters and services", "Cluster"],
  ["Doors", "Identities", "Identity"],
  ["Ownership", "Owners", "Owner"],
  ["Declared", "Declared and deployed", "Declared and deployed"],
  ["Guardrails", "Policies", "Policy"],
];
