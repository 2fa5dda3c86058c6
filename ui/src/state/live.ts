// From signing in to the scan: which step is shown, and how one leads to the next.
import { useCallback, useState } from "react";
import type { EngagementView, PreflightView, ProblemView, ScanRequest } from "../ipc/host";
import { problemOf, useHost } from "./host";
import { useWork, type Work } from "./progress";
import { useScan, type Scan } from "./scan";

export type Step = { at: "sign-in"; problem: ProblemView | null } | { at: "preflight"; look: PreflightView; chosen: ScanRequest | null } | { at: "scan"; request: ScanRequest };

export interface Live {
  /** Nothing: the screens of the open engagement, or the welcome screen, are shown. */
  step: Step | null;
  work: Work;
  scan: Scan;
  signIn: () => void;
  show: (look: PreflightView) => void;
  leave: () => void;
  lookAgain: () => Promise<void>;
  resume: (index: number, passphrase: string) => Promise<void>;
  begin: (request: ScanRequest) => void;
  goOn: () => void;
  signOut: () => void;
}

export function useLive(opened: (engagement: EngagementView) => Promise<void>, left: () => Promise<void>): Live {
  const host = useHost();
  const work = useWork();
  const scan = useScan();
  const [step, setStep] = useState<Step | null>(null);

  /** Where nobody is signed in any more, the way leads through the sign-in. */
  const look = useCallback(async (ask: () => Promise<PreflightView>, chosen: ScanRequest | null) => {
    try {
      setStep({ at: "preflight", look: await ask(), chosen });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== "sign-in") throw error;
      setStep({ at: "sign-in", problem });
    }
  }, []);
  const show = useCallback((seen: PreflightView) => setStep({ at: "preflight", look: seen, chosen: null }), []);
  const signIn = useCallback(() => setStep({ at: "sign-in", problem: null }), []);
  const { run, clear } = work;
  const { start } = scan;
  const leave = useCallback(() => {
    void run("Going back", async () => {
      // a sign-in that still waits is not wanted any more
      await host.stopWork();
      await left();
      setStep(null);
    });
  }, [run, host, left]);
  const lookAgain = useCallback(() => look(() => host.lookAgain(), null), [host, look]);
  const resume = useCallback((index: number, passphrase: string) => look(() => host.resumeRecent(index, passphrase), null), [host, look]);
  const begin = useCallback(
    (request: ScanRequest) => {
      clear();
      setStep({ at: "scan", request });
      void start(request, async (engagement) => {
        await opened(engagement);
        setStep(null);
      });
    },
    [clear, start, opened],
  );
  const goOn = useCallback(() => {
    const chosen = step?.at === "scan" ? step.request : null;
    void run("Looking what can be read", () => look(() => host.lookAgain(), chosen));
  }, [step, run, look, host]);
  const signOut = useCallback(() => {
    void run("Signing out", async () => {
      await host.signOut();
      await left();
      setStep(null);
    });
  }, [run, host, left]);
  return { step, work, scan, signIn, show, leave, lookAgain, resume, begin, goOn, signOut };
}
