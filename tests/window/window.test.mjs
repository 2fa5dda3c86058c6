// The real window under Xvfb, driven as a person would: open the sample, filter, open a finding, copy its fix, save the
// PDF, close the window, open it again: still there. Run by `make test`.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Desktop } from "./desktop.mjs";

const desktop = new Desktop();
before(() => desktop.start());
after(() => desktop.stop());

test("the sample fleet opens from the welcome screen", async () => {
  await desktop.shows("Open a fleet");
  await desktop.picture("welcome");
  await desktop.axe("welcome");
  await desktop.click("#open-sample");
  await desktop.shows("Public API servers");
  await desktop.shows("1 subscription could not be read");
  await desktop.picture("overview");
  await desktop.axe("overview");
});

test("findings are filtered by what is typed", async () => {
  await desktop.click("button=Findings");
  await desktop.shows("561 rows open");
  const search = await desktop.browser.$("#search");
  await search.setValue("jenkins");
  const grid = await desktop.browser.$('[role="grid"]');
  await desktop.until(async () => Number(await grid.getAttribute("aria-rowcount")) < 40, "the table was not filtered");
  await desktop.picture("findings");
  await desktop.shows("jenkins-2019");
});

test("a finding opens with its evidence, and its fix can be copied", async () => {
  const grid = await desktop.browser.$('[role="grid"]');
  await grid.click();
  await desktop.browser.keys(["Home", "Enter"]);
  await desktop.shows("Why it matters");
  const pane = await desktop.browser.$('aside[aria-label="Finding"]');
  await desktop.until(async () => (await pane.getText()).includes("Evidence"), "the finding has no evidence");
  const copy = await pane.$("button*=Copy CLI command");
  await copy.scrollIntoView();
  await copy.click();
  await desktop.until(async () => (await pane.getText()).includes("Copied"), "nothing was copied");
  await desktop.picture("finding");
  await desktop.axe("finding");
});

test("the report is saved where the person says, with the hash that is shown", async () => {
  await desktop.click("button=Reports");
  await desktop.shows("What the PDF will hold");
  await desktop.click("#save-pdf");
  await (await desktop.browser.$("#saved")).waitForExist({ timeout: 30000 });
  const shown = (await desktop.text("#saved")).match(/sha256 ([0-9a-f]{64})/)?.[1];
  const bytes = readFileSync(join(desktop.saved, "report.pdf"));
  assert.equal(createHash("sha256").update(bytes).digest("hex"), shown);
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  await desktop.picture("reports");
  await desktop.axe("reports");
});

for (const [button, words] of [["Clusters", "C / H / M / L"], ["Trusted Access", "Defender CSPM"], ["Doors", "Doors by kind"], ["Closing plan", "First step"], ["Ownership", "CSV for each owner"], ["Declared", "Add code"], ["Guardrails", "Findings today"], ["Rules", "True when it passes"], ["Coverage", "What closes it"], ["Settings", "Ownership tags"]]) {
  test(`${button} is there and accessible`, async () => {
    await desktop.click(`button*=${button}`);
    await desktop.shows(words);
    await sleep(200);
    await desktop.picture(button.toLowerCase().replaceAll(" ", "-"));
    await desktop.axe(button);
  });
}

test("settings that make no sense are refused with a sentence", async () => {
  const field = await desktop.browser.$("#widestV4Prefix");
  await field.setValue("99");
  await desktop.click("button=Save and audit again");
  await desktop.shows("prefix length from 1 to 32");
});

test("after a restart the engagement, the screen and the filter are still there", async () => {
  await desktop.click("button=Findings");
  await desktop.shows("jenkins-2019");
  const kept = () => desktop.browser.executeAsync((done) => window.__TAURI_INTERNALS__.invoke("view_state").then((state) => done(state ?? "")));
  await desktop.until(async () => /"page":"findings".*jenkins/.test(await kept()), async () => `what is kept: ${await kept()}`);
  await desktop.close();
  await desktop.open();
  await desktop.shows("jenkins-2019");
  await desktop.until(async () => (await (await desktop.browser.$("#search")).getValue()) === "jenkins", "the filter is lost");
});

test("the keyboard alone reaches every screen", async () => {
  await (await desktop.browser.$("h1")).click();
  for (const [key, words] of [["1", "Worst first"], ["3", "Region"], ["4", "Defender CSPM"], ["6", "First step"], ["9", "Findings today"]]) {
    await desktop.browser.keys(["Alt", key]);
    await desktop.browser.keys(["NULL"]);
    await desktop.shows(words);
  }
});

test("the window leaves nothing running behind", async () => {
  await desktop.close();
  // other windows of other tests may be open: this one's processes know its home
  const ours = (pid) => { try { return readFileSync(`/proc/${pid}/environ`, "latin1").includes(desktop.home); } catch { return false; } };
  const left = () => spawnSync("pgrep", ["-f", desktop.app]).stdout.toString().trim().split("\n").filter(ours);
  await desktop.until(() => left().length === 0, () => `still running: ${left()}`);
});
