// One scan: its newest figures, and its subscriptions in the order in which they first appeared.
import { useCallback, useState } from "react";
import type { EngagementView, ProblemView, ScanLineView, ScanProgressView, ScanRequest } from "../ipc/host";
import { problemOf, useHost } from "./host";

export interface Scan {
  running: boolean;
  stopping: boolean;
  progress: ScanProgressView | null;
  lines: ScanLineView[];
  problem: ProblemView | null;
  start: (request: ScanRequest, done: (opened: EngagementView) => Promise<void>) => Promise<void>;
  stop: () => void;
  fail: (problem: ProblemView) => void;
}

/** The program sends the busiest first; rows that jump about cannot be read, so each keeps its place. */
export function inPlace(before: ScanLineView[], now: ScanLineView[]): ScanLineView[] {
  const newest = new Map(now.map((line) => [line.id, line]));
  const held = before.map((line) => newest.get(line.id) ?? line);
  const known = new Set(before.map((line) => line.id));
  return [...held, ...now.filter((line) => !known.has(line.id))];
}

export function useScan(): Scan {
  const host = useHost();
  const [running, setRunning] = useState(false);
  const [stopping, setStopping] = useState(false);
  const [progress, setProgress] = useState<ScanProgressView | null>(null);
  const [lines, setLines] = useState<ScanLineView[]>([]);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const start: Scan["start"] = useCallback(
    async (request, done) => {
      setRunning(true);
      setStopping(false);
      setProgress(null);
      setLines([]);
      setProblem(null);
      try {
        const opened = await host.scan(request, (now) => {
          setProgress(now);
          setLines((before) => inPlace(before, now.subscriptions));
        });
        await done(opened);
      } catch (error) {
        setProblem(problemOf(error));
      } finally {
        setRunning(false);
      }
    },
    [host],
  );
  const stop = useCallback(() => {
    setStopping(true);
    host.stopWork().catch((error: unknown) => setProblem(problemOf(error)));
  }, [host]);
  return { running, stopping, progress, lines, problem, start, stop, fail: setProblem };
}
