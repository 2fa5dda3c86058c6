// From start to first paint of the release window under Xvfb, several times: `node tests/bench/first-paint.mjs`.
// The picture is taken from the X server; the welcome screen is there when its dark half is.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const app = process.env.QUAYMASTER_DESKTOP ?? resolve(import.meta.dirname, "../../target/release/quaymaster-desktop");
const RUNS = 7;
const display = `:${700 + Math.floor(Math.random() * 200)}`;
const xvfb = spawn("Xvfb", [display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"], { stdio: "ignore" });
await sleep(800);

/** The colour at a place, out of an X window dump. */
function pixel(x, y) {
  const dump = spawnSync("xwd", ["-root", "-silent", "-display", display], { maxBuffer: 64 * 1024 * 1024 }).stdout;
  const [header, perLine, colours] = [dump.readUInt32BE(0), dump.readUInt32BE(48), dump.readUInt32BE(76)];
  const at = header + colours * 12 + y * perLine + x * 4;
  return [dump[at + 2], dump[at + 1], dump[at]].join(",");
}

const times = [];
for (let run = 0; run < RUNS; run += 1) {
  const home = mkdtempSync(join(tmpdir(), "quay-paint-"));
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_DMABUF_RENDERER: "1", QUAYMASTER_HOME: home };
  const started = performance.now();
  const window = spawn(app, [], { stdio: "ignore", env });
  while (pixel(40, 700) !== "13,48,81" && performance.now() - started < 15000) await sleep(5);
  times.push(performance.now() - started);
  window.kill();
  await new Promise((ended) => window.on("exit", ended));
  rmSync(home, { recursive: true, force: true });
}
xvfb.kill();
times.sort((a, b) => a - b);
const shown = (ms) => `${(ms / 1000).toFixed(2)} s`;
console.log(`first paint: fastest ${shown(times[0])}, median ${shown(times[Math.floor(RUNS / 2)])}, slowest ${shown(times[RUNS - 1])} of ${RUNS}`);
