// A legend whose entries filter: mark, word, how many.
import type { Marked } from "../words/live";
import { MarkedWord } from "./Marked";

export interface Chip {
  key: string;
  marked: Marked;
  count: number;
  /** What it means. */
  hint?: string;
}

export function FilterChips({ label, chips, chosen, onChange }: { label: string; chips: Chip[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const toggle = (key: string) => onChange(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  return (
    <div className="chips" role="group" aria-label={label}>
      {chips.map((chip) => (
        <button key={chip.key} type="button" className="chip" aria-pressed={chosen.includes(chip.key)} title={chip.hint} onClick={() => toggle(chip.key)}>
          <MarkedWord marked={chip.marked} />
          <span className="num">{chip.count.toLocaleString("en-GB")}</span>
        </button>
      ))}
    </div>
  );
}
