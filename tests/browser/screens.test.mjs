// Every screen in a plain browser on recorded answers: light, dark and forced colours judged by axe, no scrolling sideways at any width.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SPLITS, axe, fillSignIn, fresh, go, heading, openFirst, openSample, picture, screens, send, sideways, settled } from "./stage.mjs";

test("no screen has an axe violation, in light, dark and forced colours", async () => {
  for (const [scheme, more] of [["light", {}], ["dark", {}], ["light", { forcedColors: "active" }]]) {
    const name = more.forcedColors ? "forced" : scheme;
    const other = await fresh(scheme, undefined, more);
    await axe(other, `welcome, ${name}`);
    await openSample(other);
    for (const screen of screens) {
      await go(other, screen);
      await other.getByRole("heading", { name: screen, level: 1 }).waitFor();
      await settled(other);
      await picture(other, `${name}-${screen.toLowerCase().replaceAll(" ", "-")}`);
      await axe(other, `${screen}, ${name}`);
    }
    await other.close();
  }
});

test("nothing is cut off sideways at 1280, at 1920, and at 200 %", async () => {
  for (const size of [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }, { width: 960, height: 600 }]) {
    const other = await fresh("light", size);
    await openSample(other);
    for (const screen of screens) {
      await go(other, screen);
      await settled(other);
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
      await settled(other);
      await other.evaluate(() => document.querySelectorAll("details").forEach((e) => { e.open = true; }));
      assert.equal(await sideways(other), 0, `${screen} of a scan at ${size.width} scrolls sideways`);
    }
    await other.close();
  }
});

test("every screen is reached without scrolling the navigation at 1280 × 800", async () => {
  const other = await fresh("light");
  await openSample(other);
  assert.equal(await other.getByRole("navigation").evaluate((e) => e.scrollHeight > e.clientHeight), false);
  for (const screen of screens) await other.getByRole("navigation").getByRole("button", { name: new RegExp(`^${screen}`) }).waitFor();
  await other.close();
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
      await settled(other);
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
