// The scenarios the product exists for, in the real window: a person opens the folder that was collected, and sees each
// of them on its screen and on the page of the report.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Desktop } from "./desktop.mjs";

const SUB = "/subscriptions/11111111-1111-1111-1111-111111111111";
const DEFENDED = "/subscriptions/22222222-2222-2222-2222-222222222222";
const BACKUP = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML = "Microsoft.MachineLearningServices/workspaces/mlworkload";
const INFERENCE = "Microsoft.MachineLearningServices/workspaces/inference-v1";

const id = (kind, name, sub = SUB) => `${sub}/resourceGroups/rg/providers/${kind}/${name}`;
const clusterId = (name, sub) => id("Microsoft.ContainerService/managedClusters", name, sub);
const vault = (name) => id("Microsoft.DataProtection/backupVaults", name);
const workspace = id("Microsoft.MachineLearningServices/workspaces", "w");
const exchange = (url, body, status = 200) => ({ request: { method: "GET", url: `https://management.azure.com${url}?api-version=2025-10-01` }, response: { status, body } });
const cluster = (name, properties, sub = SUB) => ({ id: clusterId(name, sub), name, location: "westeurope", type: "Microsoft.ContainerService/ManagedClusters", tags: { owner: "ada@example.com" }, properties: { provisioningState: "Succeeded", ...properties } });
const binding = (of, name, sourceResourceId, roles) => ({ id: `${clusterId(of)}/trustedAccessRoleBindings/${name}`, name, properties: { provisioningState: "Succeeded", sourceResourceId, roles } });
const bindings = (of, all, sub = SUB) => exchange(`${clusterId(of, sub)}/trustedAccessRoleBindings`, { value: all });
const compute = (of) => ({ id: `${workspace}/computes/${of}`, properties: { computeType: "Kubernetes", resourceId: clusterId(of) } });
const PRIVATE = { privateFQDN: "p", apiServerAccessProfile: { enablePrivateCluster: true } };

const documents = {
  "clusters.json": [
    cluster("backed-up", PRIVATE),
    cluster("inference", { ...PRIVATE, disableLocalAccounts: true, aadProfile: { managed: true } }),
    cluster("left-over", { fqdn: "a" }),
    cluster("too-wide", { fqdn: "b" }),
    cluster("by-portal", { fqdn: "c" }),
    cluster("kept-list", { fqdn: "d", apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/28"] } }),
    cluster("agentless", { fqdn: "e" }, DEFENDED),
  ],
  "backed-up.json": bindings("backed-up", []),
  "instances.json": exchange(`${vault("v")}/backupInstances`, { value: [{ id: `${vault("v")}/backupInstances/i`, properties: { currentProtectionState: "ProtectionConfigured", dataSourceInfo: { datasourceType: "Microsoft.ContainerService/managedClusters", resourceID: clusterId("backed-up") } } }] }),
  "inference.json": bindings("inference", []),
  "computes.json": exchange(`${workspace}/computes`, { value: [compute("inference"), compute("too-wide")] }),
  "left-over.json": bindings("left-over", [binding("left-over", "old-backup", vault("gone"), [BACKUP])]),
  "gone.json": exchange(vault("gone"), { error: { code: "ResourceNotFound", message: "It was not found." } }, 404),
  "too-wide.json": bindings("too-wide", [binding("too-wide", "ml", workspace, [ML, INFERENCE])]),
  "by-portal.json": bindings("by-portal", [binding("by-portal", "by-code", vault("v"), [BACKUP]), binding("by-portal", "by-hand", workspace, [ML])]),
  "log.json": exchange(`${SUB}/providers/Microsoft.Insights/eventtypes/management/values`, { value: [{ id: "/e/1", eventTimestamp: "2026-11-01T10:00:00Z", caller: "ada@example.com", correlationId: "k1", operationName: { value: "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write" }, status: { value: "Succeeded" }, claims: { appid: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" }, resourceId: `${clusterId("by-portal")}/trustedAccessRoleBindings/by-hand` }] }),
  "state.json": { version: 4, terraform_version: "1.11.4", resources: [{ mode: "managed", type: "azurerm_kubernetes_cluster_trusted_access_role_binding", name: "b", instances: [{ attributes: { id: `${clusterId("by-portal")}/trustedAccessRoleBindings/by-code`, name: "by-code", kubernetes_cluster_id: clusterId("by-portal"), source_resource_id: vault("v"), roles: [BACKUP] } }] }] },
  "kept-list.json": bindings("kept-list", [binding("kept-list", "b", vault("v"), [BACKUP])]),
  "agentless.json": bindings("agentless", [], DEFENDED),
  "plans.json": exchange(`${DEFENDED}/providers/Microsoft.Security/pricings`, { value: [{ id: `${DEFENDED}/providers/Microsoft.Security/pricings/CloudPosture`, name: "CloudPosture", properties: { pricingTier: "Standard", extensions: [{ name: "AgentlessDiscoveryForKubernetes", isEnabled: "True" }] } }] }),
};

/// Cluster, and the finding that a person has to see.
const scenarios = [
  ["backed-up", "TA-01", "Service without its Trusted Access binding"],
  ["agentless", "TA-01", "Service without its Trusted Access binding"],
  ["inference", "TA-01", "Service without its Trusted Access binding"],
  ["left-over", "TA-03", "Binding for a source that is gone"],
  ["too-wide", "TA-02", "Trusted Access binding wider than its service needs"],
  ["by-portal", "TA-10", "Binding made by hand"],
  ["kept-list", "EXP-08", "Old allow-list kept beside Trusted Access"],
];

const desktop = new Desktop();
before(async () => {
  const folder = join(desktop.home, "collected");
  mkdirSync(folder, { recursive: true });
  for (const [name, body] of Object.entries(documents)) writeFileSync(join(folder, name), JSON.stringify(body));
  desktop.more = { QUAYMASTER_OPEN: folder };
  await desktop.start();
});
after(() => desktop.stop());

test("the folder that was collected opens", async () => {
  await desktop.shows("Open a fleet");
  await desktop.click("button=Folder");
  await desktop.shows("Public API servers");
  await desktop.axe("overview of collected files");
});

test("each scenario is a row of the findings", async () => {
  await desktop.click("button=Findings");
  for (const [name, , heading] of scenarios) {
    const search = await desktop.browser.$("#search");
    await search.setValue(`${name} ${heading.slice(0, 12)}`.split(" ")[0]);
    await desktop.until(async () => {
      const grid = await desktop.text('[role="grid"]');
      return grid.includes(name) && grid.includes(heading) && !grid.includes(scenarios.find(([other]) => other !== name)[0]);
    }, `${heading} on ${name} is not on the screen`);
  }
  await desktop.picture("scenarios-findings");
});

test("the matrix tells the missing, the dangling and the too wide apart", async () => {
  await desktop.click("button*=Trusted Access");
  await desktop.shows("Defender CSPM");
  const rows = () => desktop.browser.execute(() => [...document.querySelectorAll('[role="row"]')].map((row) => row.innerText.toLowerCase()));
  const row = async (name) => (await rows()).find((text) => text.includes(name)) ?? "no row";
  for (const [name, state] of [["backed-up", "missing"], ["agentless", "missing"], ["inference", "missing"], ["left-over", "dangling"], ["too-wide", "over-broad"]]) {
    await desktop.until(async () => (await row(name)).includes(state), async () => `${name} is not ${state}: ${await row(name)}`);
  }
  await desktop.picture("scenarios-matrix");
  await desktop.axe("matrix of collected files");
});

test("the plan begins with letting the service in, and code tells what it does not know", async () => {
  await desktop.click("button*=Closing plan");
  await desktop.shows("Give Azure Backup (v) a binding");
  await desktop.shows("Give Defender CSPM a binding");
  await desktop.click("button*=Declared");
  await desktop.shows("by-hand");
  await desktop.picture("scenarios-declared");
});

test("each scenario has its page in the report", async () => {
  await desktop.click("button=Reports");
  await desktop.click("#save-pdf");
  await (await desktop.browser.$("#saved")).waitForExist({ timeout: 30000 });
  const page = spawnSync("pdftotext", ["-layout", join(desktop.saved, "report.pdf"), "-"], { maxBuffer: 64 * 1024 * 1024 }).stdout.toString();
  for (const [, rule, heading] of scenarios) assert.ok(page.includes(`${rule} ${heading}`), `the report has a page on ${rule}`);
});
