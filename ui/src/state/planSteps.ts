// Which steps of a closing plan are taken. What is held back takes a word of its own before it can be ticked.
import type { StepView } from "../ipc/host";

export interface Choice {
  readonly ticked: ReadonlySet<string>;
  /** Held back, and taken anyway. */
  readonly released: ReadonlySet<string>;
}

export function isHeldBack(step: StepView): boolean {
  return step.heldBack.length > 0;
}

/** All that is not held back. */
export function firstChoice(steps: readonly StepView[]): Choice {
  return { ticked: new Set(steps.filter((step) => !isHeldBack(step)).map((step) => step.id)), released: new Set() };
}

export function canTick(choice: Choice, step: StepView): boolean {
  return !isHeldBack(step) || choice.released.has(step.id);
}

export function tick(choice: Choice, step: StepView, on: boolean): Choice {
  if (on && !canTick(choice, step)) return choice;
  const ticked = new Set(choice.ticked);
  if (on) ticked.add(step.id);
  else ticked.delete(step.id);
  return { ...choice, ticked };
}

/** A person says: take it anyway. */
export function release(choice: Choice, step: StepView): Choice {
  return tick({ ...choice, released: new Set([...choice.released, step.id]) }, step, true);
}

/** Ids of what is ticked, in the order of the plan. */
export function chosen(steps: readonly StepView[], choice: Choice): string[] {
  return steps.filter((step) => choice.ticked.has(step.id)).map((step) => step.id);
}

/** What can be ticked is ticked, or nothing is. */
export function tickAll(steps: readonly StepView[], choice: Choice, on: boolean): Choice {
  return { ...choice, ticked: new Set(on ? steps.filter((step) => canTick(choice, step)).map((step) => step.id) : []) };
}
