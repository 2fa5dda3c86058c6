// The part of the plain browser's host about access: the recorded lists, filtered and cut into pages as the program does.
import { HostProblem, type Host } from "./host";
import type {
  BindingPage, DoorsView, DriftView, EngagementView, FleetPlanView, GuardrailView, ListQuery, MatrixPage, OwnersView, PlanView,
  RadiusPage, RoleView, WhatIfView,
} from "./host";

export interface AccessRecording {
  engagement: EngagementView;
  matrix: MatrixPage;
  bindings: BindingPage;
  roles: RoleView[];
  radius: RadiusPage;
  owners: OwnersView;
  drift: DriftView;
  doors: Record<string, DoorsView | null>;
  plans: Record<string, PlanView | null>;
  fleetPlan: FleetPlanView;
  imaginedFleet: WhatIfView;
  imagined: Record<string, WhatIfView | null>;
  guardrails: GuardrailView[];
}

type AccessHost = Pick<
  Host,
  "matrix" | "bindings" | "roles" | "doors" | "radius" | "owners" | "drift" | "addCode" | "plan" | "fleetPlan" | "imagine" | "guardrails" | "saveExport"
>;

const FILES = { code: "closing-plan.zip", guardrails: "guardrails.zip", owners: "owners.zip" };

function there<T>(found: T | null | undefined, what: string): T {
  if (found) return found;
  throw new HostProblem({ code: "not-found", message: `${what} is not in the recording.`, hint: "Record again.", retryIsSafe: true });
}

/** Keys of one sort widen a list, and keys of two sorts narrow it: holders by their kind, and by the doors they have open. */
function radius(whole: RadiusPage, query: ListQuery): RadiusPage {
  const isDoor = (key: string) => whole.doors.some(({ door }) => door === key);
  const doors = query.kinds.filter(isDoor);
  const rows = doors.length === 0 ? whole.rows : whole.rows.filter((row) => row.doors.some((door) => doors.includes(door)));
  return paged({ ...whole, rows }, { ...query, kinds: query.kinds.filter((key) => !isDoor(key)) }, (row) => [row.whoName, row.who, row.doors.join(" ")], (row) => [row.whoKind]);
}

type Row<P extends { rows: unknown[] }> = P["rows"][number];

function paged<P extends { rows: unknown[]; matching: number }>(whole: P, query: ListQuery, texts: (row: Row<P>) => string[], kinds: (row: Row<P>) => string[]): P {
  const text = query.text.trim().toLowerCase();
  const rows = whole.rows.filter(
    (row) => (query.kinds.length === 0 || kinds(row).some((kind) => query.kinds.includes(kind))) && (text === "" || texts(row).some((field) => field.toLowerCase().includes(text))),
  );
  return { ...whole, rows: rows.slice(query.offset, query.offset + query.limit), matching: rows.length };
}

export function fakeAccess(answers: AccessRecording): AccessHost {
  return {
    matrix: async (query) => paged(answers.matrix, query, (row) => [row.name, row.subscription], (row) => row.cells.map((cell) => cell.state)),
    // the program knows no kinds of bindings
    bindings: async (query) => paged(answers.bindings, { ...query, kinds: [] }, (row) => [row.cluster, row.name, row.source, row.roles.join(" "), row.madeBy], () => []),
    roles: async () => answers.roles,
    doors: async (id) => there(answers.doors[id], "This cluster"),
    radius: async (query) => radius(answers.radius, query),
    owners: async () => answers.owners,
    drift: async () => answers.drift,
    addCode: async () => {
      throw new HostProblem({ code: "bad-input", message: "A browser cannot read files of this machine.", hint: "Open the sample fleet, or use the window.", retryIsSafe: true });
    },
    plan: async (id) => there(answers.plans[id], "This cluster"),
    fleetPlan: async () => answers.fleetPlan,
    imagine: async ({ cluster }) => (cluster === "" ? answers.imaginedFleet : there(answers.imagined[cluster], "This cluster")),
    guardrails: async () => answers.guardrails,
    saveExport: async (kind) => ({ file: FILES[kind], folder: "/reports", sha256: answers.engagement.hash }),
  };
}
