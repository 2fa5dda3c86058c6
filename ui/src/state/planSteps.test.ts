import { describe, expect, it } from "vitest";
import type { StepView } from "../ipc/host";
import { canTick, chosen, firstChoice, release, tick, tickAll } from "./planSteps";

const step = (id: string, heldBack: string[] = []): StepView => ({ id, title: id, why: "", kind: "close", breaksToday: [], heldBack, unsure: [], decide: "", cli: "", bicep: "", terraform: "", check: "", back: "" });
const [one, two, held] = [step("one"), step("two"), step("held", ["Azure Backup would lose the cluster"])];
const steps = [one, held, two];

describe("the steps that are taken", () => {
  it("are at first all that are not held back, in the order of the plan", () => {
    expect(chosen(steps, firstChoice(steps))).toEqual(["one", "two"]);
  });
  it("take none that is held back until a person says so", () => {
    const choice = firstChoice(steps);
    expect(canTick(choice, held)).toBe(false);
    expect(chosen(steps, tick(choice, held, true))).toEqual(["one", "two"]);
    expect(chosen(steps, tickAll(steps, choice, true))).toEqual(["one", "two"]);
    const taken = release(choice, held);
    expect(chosen(steps, taken)).toEqual(["one", "held", "two"]);
    expect(chosen(steps, tick(taken, held, false))).toEqual(["one", "two"]);
    expect(canTick(tick(taken, held, false), held)).toBe(true);
    expect(chosen(steps, tickAll(steps, taken, true))).toEqual(["one", "held", "two"]);
  });
  it("can be none, and leave the choice before alone", () => {
    const choice = firstChoice(steps);
    expect(chosen(steps, tickAll(steps, choice, false))).toEqual([]);
    expect(chosen(steps, tick(choice, one, false))).toEqual(["two"]);
    expect(chosen(steps, choice)).toEqual(["one", "two"]);
  });
});
