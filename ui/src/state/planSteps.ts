// Which steps of a closing plan are taken. What is held back takes a word of its own before it can be ticked, and no step
// is taken without those it needs.
import type { StepView } from "../ipc/host";

export interface Choice {
  readonly ticked: ReadonlySet<string>;
  /** Held back, and taken anyway. */
  readonly released: ReadonlySet<string>;
}

export function isHeldBack(step: StepView): boolean {
  return step.heldBack.length > 0;
}

/** The step and all it needs, near and far. */
function withNeeds(steps: readonly StepView[], step: StepView): StepView[] {
  const found = new Set([step]);
  // what is added while the set is walked is walked too
  for (const one of found) for (const other of steps) if (one.needs.includes(other.id)) found.add(other);
  return [...found];
}

/** All that can be ticked. */
export function firstChoice(steps: readonly StepView[]): Choice {
  return tickAll(steps, { ticked: new Set(), released: new Set() }, true);
}

/** Neither it nor a step it needs waits for a word of its own. */
export function canTick(steps: readonly StepView[], choice: Choice, step: StepView): boolean {
  return withNeeds(steps, step).every((one) => !isHeldBack(one) || choice.released.has(one.id));
}

/** What it needs is ticked with it, and what needs it is unticked with it. */
export function tick(steps: readonly StepView[], choice: Choice, step: StepView, on: boolean): Choice {
  if (on && !canTick(steps, choice, step)) return choice;
  const changed = on ? withNeeds(steps, step) : steps.filter((other) => withNeeds(steps, other).some((one) => one.id === step.id));
  const ticked = new Set(choice.ticked);
  for (const { id } of changed) {
    if (on) ticked.add(id);
    else ticked.delete(id);
  }
  return { ...choice, ticked };
}

/** A person says: take it anyway. */
export function release(steps: readonly StepView[], choice: Choice, step: StepView): Choice {
  return tick(steps, { ...choice, released: new Set([...choice.released, step.id]) }, step, true);
}

/** Ids of what is ticked, in the order of the plan. */
export function chosen(steps: readonly StepView[], choice: Choice): string[] {
  return steps.filter((step) => choice.ticked.has(step.id)).map((step) => step.id);
}

/** What can be ticked is ticked, or nothing is. */
export function tickAll(steps: readonly StepView[], choice: Choice, on: boolean): Choice {
  return { ...choice, ticked: new Set(on ? steps.filter((step) => canTick(steps, choice, step)).map((step) => step.id) : []) };
}

/** Which numbers of the plan these steps have, from 1. */
export function numbersOf(steps: readonly StepView[], ids: readonly string[]): number[] {
  return steps.flatMap((step, index) => (ids.includes(step.id) ? [index + 1] : []));
}
