// Words for people, in one place: sentence case, no blame, what to do next.
import type { FindingState, ReportFormat, SeverityView } from "../ipc/host";

export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

export function severityWord(severity: SeverityView): string {
  switch (severity) {
    case "critical":
      return "Critical";
    case "high":
      return "High";
    case "medium":
      return "Medium";
    case "low":
      return "Low";
    case "info":
      return "Info";
    default:
      return assertNever(severity);
  }
}

/** A shape beside the word: severities differ in grey too. */
export function severityShape(severity: SeverityView): string {
  switch (severity) {
    case "critical":
      return "◆";
    case "high":
      return "▲";
    case "medium":
      return "■";
    case "low":
      return "●";
    case "info":
      return "○";
    default:
      return assertNever(severity);
  }
}

export function stateWord(state: FindingState): string {
  switch (state) {
    case "open":
      return "Open";
    case "new":
      return "New";
    case "not-assessed":
      return "Not assessed";
    case "passed":
      return "Passed";
    case "not-applicable":
      return "Not applicable";
    default:
      return assertNever(state);
  }
}

export function stateShape(state: FindingState): string {
  switch (state) {
    case "open":
      return "✕";
    case "new":
      return "✦";
    case "not-assessed":
      return "?";
    case "passed":
      return "✓";
    case "not-applicable":
      return "–";
    default:
      return assertNever(state);
  }
}

export function formatWord(format: ReportFormat): string {
  switch (format) {
    case "pdf":
      return "PDF report";
    case "json":
      return "Findings as JSON";
    case "csv":
      return "Findings as CSV";
    default:
      return assertNever(format);
  }
}

export function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString("en-GB")} ${many}`;
}

/** 2026-11-23T12:00:00Z as 23 Nov 2026, 12:00 UTC. */
export function moment(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  return `${day}, ${time} UTC`;
}

/** The day alone, where there is little room. */
export function day(text: string): string {
  return moment(text).split(", ")[0] ?? text;
}

/** What shows something, and the hash of the document that stands behind it; empty where none is named. */
export function shownBy(text: string): { what: string; hash: string } {
  const [what = "", hash = ""] = text.split("; sha256 ");
  return { what, hash };
}

export function coverageWords(percent: number | null): string {
  return percent === null ? "nothing to assess" : `${percent} % of tests assessed`;
}

export function coverageFigure(percent: number | null): string {
  return percent === null ? "–" : `${percent} %`;
}

/** Long ids are cut in the middle: both ends tell something. */
export function middle(text: string, most = 64): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
