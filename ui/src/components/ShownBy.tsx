// What shows something, whole, and the hash of the document to check it by.
import { shownBy } from "../words/words";
import { CopyButton } from "./Code";

export function ShownBy({ text }: { text: string }) {
  const { what, hash } = shownBy(text);
  return (
    <>
      {what}
      {hash ? (
        <>
          , sha256{" "}
          <span className="mono" title={hash}>
            {hash.slice(0, 8)}…
          </span>
        </>
      ) : null}{" "}
      <CopyButton text={text} label="Copy" />
    </>
  );
}
