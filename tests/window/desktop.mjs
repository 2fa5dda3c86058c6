// The real window under Xvfb, and what a person does with it: click, type, look.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRequire } from "node:module";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export const root = resolve(import.meta.dirname, "../..");
export const require = createRequire(join(root, "ui/package.json"));
const { remote } = await import(require.resolve("webdriverio"));
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const driverProgram = process.env.TAURI_DRIVER ?? "tauri-driver";
const shots = process.env.QUAYMASTER_SHOTS;

export const freePort = () => new Promise((found) => { const s = net.createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => found(port)); }); });
export const listening = async (port) => {
  for (let turn = 0; turn < 200; turn += 1) {
    const open = await new Promise((done) => { const c = net.connect(port, "127.0.0.1", () => { c.end(); done(true); }); c.on("error", () => done(false)); });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on ${port}`);
};

export class Desktop {
  app = process.env.QUAYMASTER_DESKTOP ?? join(root, "target/debug/quaymaster-desktop");
  home = mkdtempSync(join(tmpdir(), "quay-window-"));
  saved = join(this.home, "reports");
  more = {};

  async start() {
    mkdirSync(this.saved);
    // the X server takes a free display, and says which when it is ready
    this.xvfb = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    this.display = await new Promise((found, failed) => {
      this.xvfb.stdio[3].once("data", (data) => found(`:${String(data).trim()}`));
      this.xvfb.once("exit", (code) => failed(new Error(`Xvfb ended with ${code}`)));
    });
    await this.open();
  }

  async open() {
    const port = await freePort();
    const native = await freePort();
    const env = { ...process.env, DISPLAY: this.display, WEBKIT_DISABLE_DMABUF_RENDERER: "1", QUAYMASTER_HOME: this.home, QUAYMASTER_SAVE_TO: this.saved, ...this.more };
    this.driver = spawn(driverProgram, ["--port", String(port), "--native-port", String(native), "--native-driver", "/usr/bin/WebKitWebDriver"], { stdio: "ignore", env });
    await listening(port);
    this.browser = await remote({ hostname: "127.0.0.1", port, logLevel: "error", connectionRetryCount: 0, connectionRetryTimeout: 30000, capabilities: { browserName: "wry", "wdio:enforceWebDriverClassic": true, "tauri:options": { application: this.app } } });
  }

  async close() {
    await this.browser?.deleteSession().catch(() => {});
    this.driver?.kill();
    this.browser = undefined;
    this.driver = undefined;
    await sleep(300);
  }

  async stop() {
    await this.close();
    this.xvfb?.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  async click(selector) {
    const element = await this.browser.$(selector);
    await element.waitForClickable({ timeout: 20000 });
    await element.click();
  }

  // the driver's own text of an element leaves out rows that are placed by hand
  text(selector) {
    return this.browser.execute((wanted) => document.querySelector(wanted)?.innerText ?? "", selector);
  }

  /** Waits until something is so: what a screen shows first is not yet all it will show. */
  async until(isSo, said, timeout = 20000) {
    const end = Date.now() + timeout;
    while (!(await isSo())) {
      if (Date.now() > end) assert.fail(`${typeof said === "function" ? await said() : said} (waited ${timeout / 1000} s)`);
      await sleep(50);
    }
  }

  shows(words, timeout) {
    return this.until(async () => (await this.text("body")).includes(words), `${words} did not appear`, timeout);
  }

  // the driver's own screenshot can hang under Xvfb; the X server's does not
  async picture(name) {
    if (!shots) return;
    const image = spawnSync("xwd", ["-root", "-silent", "-display", this.display], { maxBuffer: 64 * 1024 * 1024 }).stdout;
    writeFileSync(join(shots, `${name}.xwd`), image);
  }

  async axe(screen) {
    await this.browser.execute(axeSource);
    const found = await this.browser.executeAsync((done) => {
      window.axe.run({ exclude: [["[data-tabster-dummy]"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => done(r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)));
    });
    assert.deepEqual(found, [], `axe on ${screen}`);
  }
}
