// One long piece of work at a time, with its progress.
import { useCallback, useState } from "react";
import type { ProblemView, ProgressView } from "../ipc/host";
import { problemOf } from "./host";

export interface Work {
  running: ProgressView | null;
  problem: ProblemView | null;
  run: (first: string, work: (onProgress: (progress: ProgressView) => void) => Promise<void>) => Promise<void>;
  clear: () => void;
}

export function useWork(): Work {
  const [running, setRunning] = useState<ProgressView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const run: Work["run"] = useCallback(async (first, work) => {
    setProblem(null);
    setRunning({ step: first, done: 0, total: 0 });
    try {
      await work(setRunning);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(null);
    }
  }, []);
  const clear = useCallback(() => setProblem(null), []);
  return { running, problem, run, clear };
}
