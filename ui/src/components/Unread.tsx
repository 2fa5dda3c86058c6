// Above what may lack something: what was not read.
export function Unread({ what }: { what: string[] }) {
  if (what.length === 0) return null;
  return (
    <p className="banner inset" role="status">
      Doors may be missing here: {what.join("; ")}.
    </p>
  );
}
