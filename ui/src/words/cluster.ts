// Words for one cluster.
import type { FindingRow, FindingState } from "../ipc/host";
import { stateWord } from "./words";

export function openVerdicts(verdicts: readonly Pick<FindingRow, "state">[]): number {
  return verdicts.filter(({ state }) => state === "open" || state === "new").length;
}

/** `5 open · 40 passed · 3 not assessed · 14 not applicable`; what is new is open. */
export function verdictsInWords(verdicts: readonly Pick<FindingRow, "state">[]): string {
  const others: FindingState[] = ["passed", "not-assessed", "not-applicable"];
  const counts = others.map((state) => `${verdicts.filter((verdict) => verdict.state === state).length} ${stateWord(state).toLowerCase()}`);
  return [`${openVerdicts(verdicts)} open`, ...counts].join(" · ");
}

/** A count of bindings is one only where all of them were read. */
export function bindingsTitle(seen: number, incomplete: string): string {
  if (incomplete === "") return `Trusted Access (${seen})`;
  return seen === 0 ? "Trusted Access (not read)" : `Trusted Access (${seen}, not all read)`;
}
