import { describe, expect, it } from "vitest";
import type { DoorView, MatrixPage, StepView } from "../ipc/host";
import { beforeAfter, boundMark, doorMark, doorsHeadline, doorsInWords, driftMark, gradeMark, matrixMark, problemWithManagementGroup, shortRole, stepMark, trustedHeadline, warnings, whoCounted } from "./access";
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
    expect(doorMark("something new").word).toBe("not known");
    expect(trustedHeadline(page(12, 29, 3))).toBe("12 of 29 clusters with a service that supports Trusted Access are fully bound; 3 cells are unknown, because what shows them was not read. 60 clusters were read.");
    expect(trustedHeadline(page(0, 0, 0))).toContain("No cluster of 60 is known");
    expect(doorsHeadline(0, 60, undefined)).toContain("coverage");
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
