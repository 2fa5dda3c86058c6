import { describe, expect, it } from "vitest";
import type { DoorView, FleetPlanRow, MatrixPage, OwnerRow, RadiusRow, StepView } from "../ipc/host";
import { beforeAfter, boundMark, doorMark, doorsHeadline, doorsInWords, driftMark, firstStep, gradeMark, madeByWords, matrixMark, needsWords, noIdentitiesWords, noStepsWords, originMark, ownersHeadline, planHeadline, problemWithManagementGroup, provisioningMark, shortMatrixMark, shortRole, stepMark, stepsHeadline, trustedHeadline, warnings, whoCounted } from "./access";
import type { Marked } from "./live";

const page = (covered: number, coverable: number, unknown: number): MatrixPage => ({ services: [], rows: [], matching: 60, all: 60, states: [{ key: "unknown", label: "unknown", count: unknown }], covered, coverable });
const door = (part: Partial<DoorView>): DoorView => ({ door: "Run command", state: "open", whoKind: "person", who: "a", whoName: "Anna", reach: "admin", right: "", shownBy: "", replaceable: "no", ...part });

describe("words about access", () => {
  it("give every state of a kind a shape of its own", () => {
    const kinds: [(state: string) => Marked, string[]][] = [
      [matrixMark, ["bound", "missing", "over-broad", "dangling", "unused", "not applicable", "unknown"]],
      [doorMark, ["open", "dormant", "closed", "unknown"]],
      [gradeMark, ["cluster-admin", "high", "medium", "low", "unknown"]],
      [boundMark, ["bound", "not bound", "unknown", "needs none"]],
      [stepMark, ["let in", "confirm", "close", "clean up", "review"]],
      [driftMark, ["declared, not deployed", "deployed, not declared", "different", "cannot be compared", "the same"]],
    ];
    for (const [mark, states] of kinds) expect(new Set(states.map((state) => mark(state).shape)).size).toBe(states.length);
  });
  it("never show what was not read as bound or clean", () => {
    expect(matrixMark("something new").shape).toBe("?");
    expect(shortMatrixMark("not applicable").word).toBe("n/a");
    expect(shortMatrixMark("something new").shape).toBe("?");
    expect(doorMark("something new").word).toBe("not known");
    expect(trustedHeadline(page(12, 29, 3))).toBe("12 of 29 clusters with a service that supports Trusted Access are fully bound; 3 cells are unknown, because what shows them was not read. 60 clusters were read.");
    expect(trustedHeadline(page(0, 0, 0))).toContain("No cluster of 60 is known");
    expect(doorsHeadline({ all: 0, clusters: 60, unread: 0, rows: [] })).toContain("coverage");
  });
  it("never give a count of doors without what was not read", () => {
    const rows = [{ clusters: 60, adminOf: 7 } as RadiusRow];
    expect(doorsHeadline({ all: 35, clusters: 60, unread: 0, rows })).toBe("35 identities can enter 60 clusters; the widest can enter 60, 7 of them as administrator.");
    expect(doorsHeadline({ all: 35, clusters: 60, unread: 13, rows })).toBe("At least 35 identities can enter 60 clusters; the widest can enter 60, 7 of them as administrator; on 13 clusters not everything was read.");
    expect(doorsHeadline({ all: 0, clusters: 60, unread: 1, rows: [] })).toContain("on 1 cluster not everything was read");
  });
  it("say why no identity is listed", () => {
    expect(noIdentitiesWords(0, "", false)).toBe("No identity is known to enter");
    expect(noIdentitiesWords(35, "Public endpoint", false)).toBe("Public endpoint: no identity is known to have it open");
    expect(noIdentitiesWords(35, "Public endpoint", true)).toBe("Nothing matches these filters");
  });
  it("promise nothing where something was not read", () => {
    expect(firstStep({ first: "", unsure: false })).toBe("nothing to close");
    expect(firstStep({ first: "", unsure: true })).toBe("nothing known to close");
    expect(firstStep({ first: "Turn run command off", unsure: true })).toBe("Turn run command off");
    expect(noStepsWords({ steps: [], notes: [], unread: [] })).not.toContain("certain");
    expect(noStepsWords({ steps: [], notes: [], unread: ["role assignments: denied"] })).toContain("not known for certain");
    expect(provisioningMark("Succeeded").shape).toBe("●");
    expect(provisioningMark("Failed").shape).toBe("▲");
    expect(provisioningMark("not said").shape).toBe("?");
  });
  it("say who made a binding, in a word and in a sentence", () => {
    expect(originMark("by hand")).toEqual({ shape: "▲", word: "by hand", look: "sev-medium" });
    expect(originMark("unknown").shape).toBe("?");
    expect(madeByWords({ origin: "code", madeBy: "is declared by Bicep main" })).toBe("It is declared by Bicep main.");
    expect(madeByWords({ origin: "unknown", madeBy: "the log was not read" })).toBe("Not known: the log was not read.");
  });
  it("leave out what there is none of", () => {
    const row = (part: Partial<FleetPlanRow>) => ({ steps: 0, unsure: false, ...part }) as FleetPlanRow;
    expect(planHeadline({ rows: [row({ steps: 2 }), row({})], steps: 2, heldBack: 0 })).toBe("2 steps on 1 of 2 clusters.");
    expect(planHeadline({ rows: [row({ steps: 2, unsure: true })], steps: 2, heldBack: 1 })).toBe("2 steps on 1 of 1 cluster; 1 held back, because something would stop working; on 1 cluster not everything is known.");
    const step = (heldBack: string[]) => ({ heldBack }) as StepView;
    expect(stepsHeadline({ steps: [step(["a"])], notes: [], unread: [] })).toBe("1 step, held back");
    expect(stepsHeadline({ steps: [step([])], notes: [], unread: [] })).toBe("1 step");
    expect(stepsHeadline({ steps: [step([]), step(["a"])], notes: [], unread: [] })).toBe("2 steps in this order; 1 held back");
    expect(needsWords([])).toBe("");
    expect(needsWords([2])).toBe("Needs step 2.");
    expect(needsWords([1, 2, 5])).toBe("Needs steps 1, 2 and 5.");
    const owner = (name: string, clusters: number) => ({ owner: name, clusters }) as OwnerRow;
    expect(ownersHeadline({ owners: [owner("a", 3), owner("", 7)], incomplete: [], clusters: 10, complete: 3, inherits: false })).toBe("Owner, team and cost centre are complete for 3 of 10 clusters. 1 owner, 7 clusters with none.");
  });
  it("count people and everyone", () => {
    expect(whoCounted("person", 1)).toBe("1 person");
    expect(whoCounted("person", 3)).toBe("3 people");
    expect(whoCounted("everyone", 3)).toBe("everyone");
    expect(shortRole("Microsoft.DataProtection/backupVaults/backup-operator")).toBe("backup-operator");
    expect(beforeAfter(64, 71)).toBe("64 → 71");
    expect(beforeAfter(null, 71)).toBe("none → 71");
  });
  it("tell the doors of a cluster in sentences", () => {
    expect(doorsInWords([door({}), door({ who: "b", state: "dormant" }), door({ who: "c", replaceable: "yes", reach: "limited" })])).toBe(
      "2 doors are open, of 1 kind, to 2 holders; 1 of them leads to everything, as administrator; 1 dormant, 0 not known, 0 closed. 1 is not needed: Trusted Access can take its place.",
    );
    expect(doorsInWords([])).toMatch(/^No door is known to be open/);
  });
  it("put what holds a step back before everything else", () => {
    const step = { heldBack: ["a"], breaksToday: ["b"], unsure: [], decide: "c" } as unknown as StepView;
    expect(warnings(step).map(({ marked }) => marked.word)).toEqual(["Held back", "Would break today", "Decide first"]);
  });
  it("refuse an id that could end a text in a shell", () => {
    expect(problemWithManagementGroup("")).toBe("");
    expect(problemWithManagementGroup("mg-prod_(1).a")).toBe("");
    expect(problemWithManagementGroup("a'; rm")).not.toBe("");
  });
});
