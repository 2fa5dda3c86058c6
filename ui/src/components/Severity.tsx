// Severity, state and exposure: shape, word and colour together.
import type { FindingState, SeverityView } from "../ipc/host";
import { severityShape, severityWord, stateShape, stateWord } from "../words/words";

export function SeverityBadge({ severity }: { severity: SeverityView }) {
  return (
    <span className={`sev sev-${severity}`}>
      <span aria-hidden="true">{severityShape(severity)}</span>
      {severityWord(severity)}
    </span>
  );
}

export function StateMark({ state }: { state: FindingState }) {
  return (
    <span className={`sev state-${state}`}>
      <span aria-hidden="true">{stateShape(state)}</span>
      {stateWord(state)}
    </span>
  );
}

function exposureClass(label: string): string {
  if (label === "private") return "exposure-private";
  if (label.startsWith("open")) return "exposure-open";
  if (label.includes("broad")) return "exposure-broad";
  return label === "unknown" ? "exposure-unknown" : "exposure-public";
}

export function ExposureBadge({ label, stopped }: { label: string; stopped?: boolean }) {
  const shape = label === "private" ? "▣" : label.startsWith("open") ? "◌" : "◍";
  return (
    <span className={`sev ${exposureClass(label)}`}>
      <span aria-hidden="true">{shape}</span>
      {label}
      {stopped ? " (stopped)" : ""}
    </span>
  );
}
