// A state in shape, word and colour.
import type { Marked } from "../words/live";

export function MarkedWord({ marked }: { marked: Marked }) {
  return (
    <span className={`sev marked ${marked.look}`}>
      <span aria-hidden="true">{marked.shape}</span>
      <span>{marked.word}</span>
    </span>
  );
}
