// The screens about access in a plain browser: Trusted Access, doors, closing plan, ownership, guardrails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BEFORE_AFTER, axe, fresh, go, heading, openFirst, openPlan, openSample, picture, rowsOf, sideways, settled, until } from "./stage.mjs";

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
    await settled(other);
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
  const states = () => grid.getByRole("row").filter({ has: other.getByRole("gridcell") }).allInnerTexts();
  await until(states, (rows) => rows.length > 0 && rows.every((row) => row.includes("bound")), "each row that is left has a bound service");
  assert.ok((await rowsOf(grid)) <= all);
  await other.keyboard.press("Escape");
  await other.getByRole("heading", { level: 1 }).click();
  await other.keyboard.press("/");
  assert.equal(await other.evaluate(() => document.activeElement?.id), "search");
  await go(other, "Doors");
  await heading(other, "Doors");
  await go(other, "Trusted Access");
  assert.equal(await bound.getAttribute("aria-pressed"), "true");
  await other.getByRole("button", { name: "Clear filters" }).click();
  await until(() => rowsOf(grid), (rows) => rows === all, `all ${all} rows are back`);
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
  await until(() => rowsOf(grid), (rows) => rows > 0 && rows < all, `fewer than ${all} identities have such a door`);
  const doors = () => grid.getByRole("row").filter({ has: other.getByRole("gridcell") }).evaluateAll((rows) => rows.map((row) => row.lastElementChild?.title ?? ""));
  await until(doors, (titles) => titles.length > 0 && titles.every((title) => title.includes("Run command")), "each identity that is left has such a door");
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
  await until(() => rowsOf(grid), (rows) => rows === all, `all ${all} rows are back`);
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
