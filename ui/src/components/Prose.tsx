// A sentence of the program; what stands between backticks is something to type.
export function Prose({ text }: { text: string }) {
  // a text that is split so has what was between backticks at every second place
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index} className="mono">{part}</code> : part));
}
