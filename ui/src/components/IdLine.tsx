// A long id: cut in the middle, whole on hover and on copy.
import { middle } from "../words/words";
import { CopyButton } from "./Code";

export function IdLine({ id, label = "Copy id", most = 64 }: { id: string; label?: string; most?: number }) {
  return (
    <div className="row">
      <span className="mono quiet" title={id}>
        {middle(id, most)}
      </span>
      <CopyButton text={id} label={label} />
    </div>
  );
}
