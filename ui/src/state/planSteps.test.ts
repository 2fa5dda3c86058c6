import { describe, expect, it } from "vitest";
import type { StepView } from "../ipc/host";
import { canTick, chosen, firstChoice, numbersOf, release, tick, tickAll } from "./planSteps";

const step = (id: string, heldBack: string[] = [], needs: string[] = []): StepView => ({ id, title: id, why: "", kind: "close", breaksToday: [], heldBack, unsure: [], needs, decide: "", cli: "", bicep: "", terraform: "", check: "", back: "" });
const [one, two, held] = [step("one"), step("two"), step("held", ["Azure Backup would lose the cluster"])];
const steps = [one, held, two];

describe("the steps that are taken", () => {
  it("are at first all that are not held back, in the order of the plan", () => {
    expect(chosen(steps, firstChoice(steps))).toEqual(["one", "two"]);
  });
  it("take none that is held back until a person says so", () => {
    const choice = firstChoice(steps);
    expect(canTick(steps, choice, held)).toBe(false);
    expect(chosen(steps, tick(steps, choice, held, true))).toEqual(["one", "two"]);
    expect(chosen(steps, tickAll(steps, choice, true))).toEqual(["one", "two"]);
    const taken = release(steps, choice, held);
    expect(chosen(steps, taken)).toEqual(["one", "held", "two"]);
    const left = tick(steps, taken, held, false);
    expect(chosen(steps, left)).toEqual(["one", "two"]);
    expect(canTick(steps, left, held)).toBe(true);
    expect(chosen(steps, tickAll(steps, taken, true))).toEqual(["one", "held", "two"]);
  });
  it("can be none, and leave the choice before alone", () => {
    const choice = firstChoice(steps);
    expect(chosen(steps, tickAll(steps, choice, false))).toEqual([]);
    expect(chosen(steps, tick(steps, choice, one, false))).toEqual(["two"]);
    expect(chosen(steps, choice)).toEqual(["one", "two"]);
  });
});

describe("steps that need others", () => {
  const [identity, bind, confirm, local, rotate] = [step("identity"), step("bind", [], ["identity"]), step("confirm", [], ["bind"]), step("local", [], ["bind"]), step("rotate", [], ["bind", "local"])];
  const plan = [identity, bind, confirm, local, rotate];
  const all = firstChoice(plan);
  it("go when what they need goes, however far away it is", () => {
    const rows: [StepView, string[]][] = [
      [identity, []],
      [bind, ["identity"]],
      [confirm, ["identity", "bind", "local", "rotate"]],
      [local, ["identity", "bind", "confirm"]],
      [rotate, ["identity", "bind", "confirm", "local"]],
    ];
    for (const [gone, left] of rows) expect(chosen(plan, tick(plan, all, gone, false))).toEqual(left);
  });
  it("bring what they need with them", () => {
    const none = tickAll(plan, all, false);
    expect(chosen(plan, tick(plan, none, rotate, true))).toEqual(["identity", "bind", "local", "rotate"]);
    expect(chosen(plan, tick(plan, none, bind, true))).toEqual(["identity", "bind"]);
  });
  it("wait with what they need for a word of its own", () => {
    const stuck = step("local", ["Chaos Studio uses it"]);
    const behind = step("rotate", ["Chaos Studio uses it"], ["local"]);
    const pair = [stuck, behind];
    const first = firstChoice(pair);
    const half = release(pair, first, behind);
    expect(chosen(pair, half)).toEqual([]);
    expect(canTick(pair, half, behind)).toBe(false);
    expect(chosen(pair, tick(pair, release(pair, half, stuck), behind, true))).toEqual(["local", "rotate"]);
  });
  it("name them by their numbers in the plan", () => {
    expect(numbersOf(plan, rotate.needs)).toEqual([2, 4]);
    expect(numbersOf(plan, ["in another plan"])).toEqual([]);
  });
});
