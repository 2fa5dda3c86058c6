// Where the files were written, and the hash to check them by; before that, that they are being written.
import { Button } from "@fluentui/react-components";
import type { ProblemView, ProgressView, SavedView } from "../ipc/host";
import { CopyButton } from "./Code";
import { Problem, Progress } from "./Problem";

interface Props {
  running: ProgressView | null;
  problem: ProblemView | null;
  saved: SavedView | null;
  onDismiss: () => void;
  onFolder: () => void;
}

export function SavedNote({ running, problem, saved, onDismiss, onFolder }: Props) {
  return (
    <>
      {running ? <Progress progress={running} /> : null}
      {problem ? <Problem problem={problem} dismiss={onDismiss} /> : null}
      {saved ? (
        <div className="row small" role="status">
          <span>
            Saved {saved.file} in {saved.folder}, sha256{" "}
            <span className="mono" title={saved.sha256}>
              {saved.sha256.slice(0, 12)}…
            </span>
          </span>
          <CopyButton text={saved.sha256} label="Copy hash" />
          <Button size="small" appearance="subtle" onClick={onFolder}>
            Open folder
          </Button>
        </div>
      ) : null}
    </>
  );
}
