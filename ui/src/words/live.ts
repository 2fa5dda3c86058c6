// Words for signing in, for the look before a scan, and for the scan itself.
import type { AccessView, ControlTotalView, PreflightView, ScanLineView } from "../ipc/host";

/** A state with its shape and the class of its colour: none of the three stands alone. */
export interface Marked {
  shape: string;
  word: string;
  look: string;
}

export function readableWord(access: AccessView): Marked {
  switch (access.readable) {
    case "all":
      return { shape: "✓", word: "Everything", look: "exposure-private" };
    case "some":
      return { shape: "◐", word: `All but ${access.missing.join(", ")}`, look: "exposure-public" };
    case "none":
      return { shape: "✕", word: "Clusters not readable", look: "exposure-open" };
    default:
      return { shape: "?", word: "Not known", look: "exposure-unknown" };
  }
}

export function lineWord(line: ScanLineView, running = true): Marked {
  if (!running && line.answered < line.known) return { shape: "–", word: "not finished", look: "exposure-unknown" };
  if (line.waitingSeconds > 0) return { shape: "◷", word: `waiting ${line.waitingSeconds} s`, look: "exposure-public" };
  if (line.known === 0 || line.answered < line.known) return { shape: "…", word: "reading", look: "exposure-unknown" };
  if (line.denied >= line.answered) return { shape: "✕", word: "denied", look: "exposure-open" };
  if (line.denied + line.failed > 0) return { shape: "◐", word: "partly read", look: "exposure-public" };
  return { shape: "✓", word: "done", look: "exposure-private" };
}

export function totalsWord(total: ControlTotalView | null): Marked {
  if (total === null || total.resourceGraph === null) {
    const known = total === null ? "" : `Resource Manager ${total.resourceManager} · `;
    return { shape: "?", word: `${known}Resource Graph not known: not counted twice`, look: "exposure-unknown" };
  }
  const both = `Resource Manager ${total.resourceManager} · Resource Graph ${total.resourceGraph}`;
  if (total.resourceManager === total.resourceGraph) return { shape: "✓", word: both, look: "exposure-private" };
  return { shape: "▲", word: `${both}: the two counts differ`, look: "exposure-broad" };
}

export function leftWords(seconds: number | null): string {
  if (seconds === null) return "still finding out how much there is";
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

/** A scan again goes into the engagement that is open, however that one is kept. */
export function keptWords(look: PreflightView, again: boolean): string {
  if (look.isInMemory) return "In memory only: gone when the window closes";
  return again ? "In the engagement that is open" : "Encrypted, on this machine";
}

export function tickedWords(ticked: number, all: number): string {
  if (ticked === 0) return "Nothing is ticked. Tick at least one subscription to scan.";
  const rest = all - ticked;
  return `${ticked} of ${all} ticked.${rest === 0 ? "" : ` The other ${rest === 1 ? "one" : rest} will be listed as not asked.`}`;
}

/** A name with a space or no sign-in name is nothing the command line would take. */
export function readerCommand(subscription: string, who = ""): string {
  const assignee = /^[^\s<>"'`$\\;&|]+@[^\s<>"'`$\\;&|]+$/.test(who) ? who : "<you>";
  return `az role assignment create --role Reader --scope /subscriptions/${subscription} --assignee ${assignee}`;
}

export function problemWithPassphrase(first: string, second: string): string {
  if (first.length < 12) return "At least 12 characters.";
  return first === second ? "" : "The two are not the same.";
}

/** How the open engagement is kept, and what to do where it can be read by others. */
export function howKept(keeping: string): string {
  if (keeping === "encrypted") return "It is kept encrypted on this machine.";
  if (keeping === "memory") return "It is in memory only and gone when the window closes; save a copy to keep it.";
  return "It is kept without encryption, because this desktop has no keychain that answers. Whoever gets its file can read it; a copy made below is encrypted.";
}
