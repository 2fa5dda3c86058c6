// Words for Trusted Access, doors, plans, owners and declared code. A state always has shape, word and colour.
import type { BindingPage, BindingRow, DoorView, DriftView, FleetPlanRow, FleetPlanView, MatrixPage, OwnersView, PlanView, RadiusPage, SeverityView, StepView } from "../ipc/host";
import type { Marked } from "./live";
import { counted } from "./words";

const mark = (shape: string, word: string, look: string): Marked => ({ shape, word, look });

/** A cell of the matrix. What is not one of the program's words is shown as it came, as unknown. */
export function matrixMark(state: string): Marked {
  switch (state) {
    case "bound":
      return mark("●", state, "state-passed");
    case "missing":
      return mark("○", state, "sev-high");
    case "over-broad":
      return mark("▲", state, "sev-high");
    case "dangling":
      return mark("✕", state, "sev-critical");
    case "unused":
      return mark("◌", state, "sev-medium");
    case "not applicable":
      return mark("–", state, "sev-info");
    default:
      return mark("?", state, "sev-info");
  }
}

/** The same where there is little room. */
export function shortMatrixMark(state: string): Marked {
  return state === "not applicable" ? { ...matrixMark(state), word: "n/a" } : matrixMark(state);
}

const SHORT: Record<string, string> = { "Azure Backup": "Backup", "Defender for Containers": "Defender", "Defender CSPM": "CSPM", "Azure Machine Learning": "ML" };

/** The name of a service where there is little room. */
export function shortService(service: string): string {
  return SHORT[service] ?? service;
}

/** What a state of the matrix means, in one sentence. */
export function matrixMeaning(state: string): string {
  switch (state) {
    case "bound":
      return "The service uses the cluster through a binding with what it needs";
    case "missing":
      return "The service uses the cluster without a binding in force";
    case "over-broad":
      return "A binding holds more than the service needs";
    case "dangling":
      return "A binding's source is gone: whoever makes it again inherits the access";
    case "unused":
      return "A binding's source no longer uses the cluster";
    case "not applicable":
      return "The service does not use the cluster";
    default:
      return "It was not read, so nothing is said";
  }
}

/** Azure's word for how far a binding is: one that is not in force must not look like one that is. */
export function provisioningMark(state: string): Marked {
  if (state.toLowerCase() === "succeeded") return mark("●", state, "state-passed");
  return state === "not said" ? mark("?", state, "sev-info") : mark("▲", state, "sev-high");
}

/** Who made a binding, in one word. */
export function originMark(origin: string): Marked {
  switch (origin) {
    case "by hand":
      return mark("▲", origin, "sev-medium");
    case "unknown":
      return mark("?", origin, "sev-info");
    default:
      return mark("●", origin, "");
  }
}

/** The same as a sentence. */
export function madeByWords({ origin, madeBy }: Pick<BindingRow, "origin" | "madeBy">): string {
  return origin === "unknown" ? `Not known: ${madeBy}.` : `It ${madeBy}.`;
}

export function gradeMark(grade: string): Marked {
  switch (grade) {
    case "cluster-admin":
      return mark("◆", "amounts to cluster-admin", "sev-critical");
    case "high":
      return mark("▲", "high", "sev-high");
    case "medium":
      return mark("■", "medium", "sev-medium");
    case "low":
      return mark("●", "low", "sev-low");
    default:
      return mark("?", "not graded", "sev-info");
  }
}

/** `Microsoft.MachineLearningServices/workspaces/mlworkload` as `mlworkload`. */
export function shortRole(role: string): string {
  return role.slice(role.lastIndexOf("/") + 1);
}

export function doorMark(state: string): Marked {
  switch (state) {
    case "open":
      return mark("●", "open", "sev-high");
    case "dormant":
      return mark("◐", "dormant", "sev-medium");
    case "closed":
      return mark("○", "closed", "state-passed");
    default:
      return mark("?", "not known", "sev-info");
  }
}

const WHO: Record<string, [one: string, many: string]> = {
  everyone: ["everyone", "everyone"],
  network: ["network", "networks"],
  tenant: ["other tenant", "other tenants"],
  group: ["group", "groups"],
  person: ["person", "people"],
  application: ["application", "applications"],
  service: ["service", "services"],
  unknown: ["holder of unknown kind", "holders of unknown kind"],
};

/** The kinds of holders, the widest first. */
export const WHO_KINDS: readonly string[] = Object.keys(WHO);

export function whoWord(kind: string): string {
  return kind === "unknown" ? "unknown kind" : (WHO[kind]?.[0] ?? kind);
}

export function whoCounted(kind: string, count: number): string {
  const [one, many] = WHO[kind] ?? [kind, kind];
  return kind === "everyone" ? one : counted(count, one, many);
}

export function whoMark(kind: string): Marked {
  const shapes: Record<string, string> = { tenant: "◇", group: "◍", person: "●", application: "■", service: "▣" };
  return mark(shapes[kind] ?? "?", whoWord(kind), "");
}

/** What a door lets its holder do, the most first. */
export const REACHES: readonly string[] = ["admin", "strong", "limited", "network-only"];

export function reachWord(reach: string): string {
  switch (reach) {
    case "admin":
      return "everything, as administrator";
    case "strong":
      return "secrets, workloads or rights";
    case "limited":
      return "limited things";
    case "network-only":
      return "reach it; needs a credential";
    default:
      return reach;
  }
}

export function replaceableMark(replaceable: string): Marked {
  switch (replaceable) {
    case "yes":
      return mark("▲", "not needed: Trusted Access can take its place", "sev-critical");
    case "is":
      return mark("●", "it is Trusted Access", "state-passed");
    default:
      return mark("–", "no", "sev-info");
  }
}

export function boundMark(bound: string): Marked {
  switch (bound) {
    case "bound":
      return mark("●", bound, "state-passed");
    case "not bound":
      return mark("○", bound, "sev-high");
    case "needs none":
      return mark("–", bound, "sev-info");
    default:
      return mark("?", "not known", "sev-info");
  }
}

export function stepMark(kind: string): Marked {
  switch (kind) {
    case "let in":
      return mark("→", "let in", "state-passed");
    case "confirm":
      return mark("✓", "confirm", "sev-low");
    case "close":
      return mark("✕", "close", "sev-high");
    case "clean up":
      return mark("◌", "clean up", "sev-medium");
    default:
      return mark("◇", "review", "sev-info");
  }
}

export function driftMark(kind: string): Marked {
  switch (kind) {
    case "declared, not deployed":
      return mark("○", kind, "sev-high");
    case "deployed, not declared":
      return mark("◆", kind, "sev-high");
    case "different":
      return mark("▲", kind, "sev-medium");
    case "the same":
      return mark("●", kind, "state-passed");
    default:
      return mark("?", kind, "sev-info");
  }
}

/** The kind of a row of drift that asks nobody for anything. */
export const SAME = "the same";

export function beforeAfter(before: number | null, after: number | null): string {
  return `${before ?? "none"} → ${after ?? "none"}`;
}

export function trustedHeadline(page: MatrixPage): string {
  if (page.all === 0) return "No cluster was read.";
  const unknown = page.states.find((state) => state.key === "unknown")?.count ?? 0;
  const bound =
    page.coverable === 0
      ? `No cluster of ${page.all} is known to have a service that supports Trusted Access`
      : `${page.covered} of ${counted(page.coverable, "cluster", "clusters")} with a service that supports Trusted Access ${page.covered === 1 ? "is" : "are"} fully bound`;
  const left = unknown === 0 ? "nothing is unknown" : `${counted(unknown, "cell is", "cells are")} unknown, because what shows ${unknown === 1 ? "it" : "them"} was not read`;
  return `${bound}; ${left}. ${counted(page.all, "cluster was", "clusters were")} read.`;
}

export function bindingsHeadline(page: BindingPage): string {
  const unread = page.unread === 0 ? "the bindings of every cluster were read" : `the bindings of ${counted(page.unread, "cluster", "clusters")} were not read`;
  return `${page.matching} of ${counted(page.all, "binding", "bindings")}; ${unread}`;
}

/** The first row is the one with administrator rights on the most clusters. */
export function doorsHeadline({ all, clusters, unread, rows: [widest] }: Pick<RadiusPage, "all" | "clusters" | "unread" | "rows">): string {
  const rest = unread === 0 ? "" : `; on ${counted(unread, "cluster", "clusters")} not everything was read`;
  if (!widest) return `No identity is known to enter any of ${counted(clusters, "cluster", "clusters")}${rest}. Look at the coverage before you call that closed.`;
  return `${unread === 0 ? "" : "At least "}${counted(all, "identity", "identities")} can enter ${counted(clusters, "cluster", "clusters")}; the widest can enter ${widest.clusters}, ${widest.adminOf} of them as administrator${rest}.`;
}

/** Why the list of identities is empty; `door` is the kind it is narrowed to, or nothing. */
export function noIdentitiesWords(all: number, door: string, narrowedBesides: boolean): string {
  if (all === 0) return "No identity is known to enter";
  return door === "" || narrowedBesides ? "Nothing matches these filters" : `${door}: no identity is known to have it open`;
}

/** Below counts of doors: what they do not hold. */
export function doorsUnread(unread: number): string {
  return unread === 0 ? "" : `On ${counted(unread, "cluster", "clusters")} not everything was read: there may be more.`;
}

export function planHeadline(view: FleetPlanView): string {
  const planned = view.rows.filter((row) => row.steps > 0).length;
  const unsure = view.rows.filter((row) => row.unsure).length;
  const held = view.heldBack === 0 ? [] : [`${view.heldBack} held back, because something would stop working`];
  const rest = unsure === 0 ? [] : [`on ${counted(unsure, "cluster", "clusters")} not everything is known`];
  return `${[`${counted(view.steps, "step", "steps")} on ${planned} of ${counted(view.rows.length, "cluster", "clusters")}`, ...held, ...rest].join("; ")}.`;
}

/** What comes first on a cluster; where something was not read, nothing is promised. */
export function firstStep(row: Pick<FleetPlanRow, "first" | "unsure">): string {
  return row.first || (row.unsure ? "nothing known to close" : "nothing to close");
}

export function noStepsWords(plan: PlanView): string {
  const none = "There is no step to propose: no door of this cluster is known to be one that should be shut.";
  return plan.unread.length === 0 ? none : `${none} That is not known for certain.`;
}

export function ownersHeadline(view: OwnersView): string {
  const nobodys = view.owners.find((row) => row.owner === "")?.clusters ?? 0;
  const named = view.owners.filter((row) => row.owner !== "").length;
  return `Owner, team and cost centre are complete for ${view.complete} of ${counted(view.clusters, "cluster", "clusters")}. ${counted(named, "owner", "owners")}, ${counted(nobodys, "cluster", "clusters")} with none.`;
}

export function inheritWords(inherits: boolean): string {
  return inherits
    ? "Tags of the resource group and the subscription count where a cluster has none; Settings can change that."
    : "Only tags of the cluster itself count, not those of its resource group or subscription; Settings can change that.";
}

export function driftHeadline(view: DriftView): string {
  const of = (kind: string) => view.kinds.find((choice) => choice.key === kind)?.count ?? 0;
  const unknown = of("cannot be compared");
  const off = view.rows.length - of(SAME) - unknown;
  return `${off} of ${counted(view.rows.length, "setting or binding", "settings and bindings")} ${off === 1 ? "is" : "are"} not as declared; ${unknown} cannot be compared. ${counted(view.files.length, "file of code was", "files of code were")} read.`;
}

export function stepsHeadline(plan: PlanView): string {
  const held = plan.steps.filter((step) => step.heldBack.length > 0).length;
  if (plan.steps.length === 1) return held === 0 ? "1 step" : "1 step, held back";
  return `${counted(plan.steps.length, "step", "steps")} in this order${held === 0 ? "" : `; ${held} held back`}`;
}

/** The numbers of the steps that have to be done for another. */
export function needsWords(numbers: readonly number[]): string {
  const last = numbers[numbers.length - 1];
  if (last === undefined) return "";
  return numbers.length === 1 ? `Needs step ${last}.` : `Needs steps ${numbers.slice(0, -1).join(", ")} and ${last}.`;
}

export interface Warning {
  marked: Marked;
  texts: string[];
}

/** What a person has to know before a step, the gravest first. */
export function warnings(step: StepView): Warning[] {
  const all: Warning[] = [
    { marked: mark("◆", "Held back", "sev-critical"), texts: step.heldBack },
    { marked: mark("▲", "Would break today", "sev-medium"), texts: step.breaksToday },
    { marked: mark("?", "Not known", "sev-info"), texts: step.unsure },
    { marked: mark("◇", "Decide first", "sev-low"), texts: step.decide === "" ? [] : [step.decide] },
  ];
  return all.filter((warning) => warning.texts.length > 0);
}

/** Severities of a binding's findings, the worst first, as `1 critical · 2 high`. */
export function severitiesInWords(severities: SeverityView[]): string {
  const order: SeverityView[] = ["critical", "high", "medium", "low", "info"];
  const parts = order.map((severity) => [severities.filter((s) => s === severity).length, severity] as const);
  return parts.filter(([count]) => count > 0).map(([count, severity]) => `${count} ${severity}`).join(" · ");
}

/** The doors of one cluster in two sentences; also what a screen reader hears instead of the picture. */
export function doorsInWords(doors: DoorView[]): string {
  const of = (state: string) => doors.filter((door) => door.state === state);
  const open = of("open");
  const whose = new Set(open.map((door) => door.who)).size;
  const kinds = new Set(open.map((door) => door.door)).size;
  const admin = open.filter((door) => door.reach === "admin").length;
  const spare = doors.filter((door) => door.replaceable === "yes" && door.state !== "closed").length;
  const first =
    open.length === 0
      ? "No door is known to be open"
      : `${counted(open.length, "door is", "doors are")} open, of ${counted(kinds, "kind", "kinds")}, to ${counted(whose, "holder", "holders")}; ${admin} of them ${admin === 1 ? "leads" : "lead"} to everything, as administrator`;
  const rest = `${of("dormant").length} dormant, ${of("unknown").length} not known, ${of("closed").length} closed`;
  return `${first}; ${rest}. ${spare === 0 ? "None is there for a service that Trusted Access could let in." : `${counted(spare, "is", "are")} not needed: Trusted Access can take ${spare === 1 ? "its" : "their"} place.`}`;
}

export function namedOn(place: string): string {
  return place === "" || place === "cluster" ? "" : `from the ${place}`;
}

/** What Azure allows in the id of a management group. */
export function problemWithManagementGroup(id: string): string {
  return /^[A-Za-z0-9\-_().]{0,90}$/.test(id) ? "" : "An id of a management group has letters, digits and - _ ( ) . only, at most 90. Another text is left out of the files.";
}
