// The keyboard alone in a plain browser: where the focus goes, what closes what, how a list is searched.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SPLITS, focused, fresh, go, heading, openFirst, openSample, screens } from "./stage.mjs";

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
