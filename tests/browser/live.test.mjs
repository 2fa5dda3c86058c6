// Signing in and scanning in a plain browser, on a fake Azure: the look, the scan, stopping, the locked engagement.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT, axe, fillSignIn, fresh, go, heading, picture, scanAll, send, signIn, settled } from "./stage.mjs";

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
      await settled(other);
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
