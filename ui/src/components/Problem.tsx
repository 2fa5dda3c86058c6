// What went wrong and what to do next; waiting; nothing to show.
import { Button } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { ProblemView, ProgressView } from "../ipc/host";

export function Problem({ problem, again, dismiss }: { problem: ProblemView; again?: () => void; dismiss?: () => void }) {
  return (
    <div className="problem" role="alert">
      <strong>{problem.message}</strong>
      <span>{problem.hint}</span>
      <div className="row">
        {again && problem.retryIsSafe ? (
          <Button size="small" onClick={again}>
            Try again
          </Button>
        ) : null}
        {dismiss ? (
          <Button size="small" appearance="subtle" onClick={dismiss}>
            Dismiss
          </Button>
        ) : null}
      </div>
    </div>
  );
}

export function Progress({ progress }: { progress: ProgressView }) {
  const known = progress.total > 0;
  return (
    <div className="progress" role="status">
      <span>
        {progress.step}
        {known ? ` ${progress.done} of ${progress.total}` : "…"}
      </span>
      {known ? <progress max={progress.total} value={progress.done} aria-label={progress.step} /> : <progress aria-label={progress.step} />}
    </div>
  );
}

export function Skeleton({ lines }: { lines: number }) {
  return (
    <div role="status" aria-label="Loading" style={{ display: "grid", gap: 10 }}>
      {Array.from({ length: lines }, (_, n) => (
        <div key={n} className="skeleton" style={{ width: `${90 - n * 7}%` }} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
