// Overview, findings and clusters in a plain browser: every number leads to its rows, filters combine, a finding opens.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { axe, fresh, go, heading, openSample, picture } from "./stage.mjs";

let page;
before(async () => {
  page = await fresh("light");
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
