// Gives every screen the host, and turns its questions into what a screen can draw: nothing yet, an answer, a problem.
import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { HostProblem, type Host, type ProblemView } from "../ipc/host";

const HostContext = createContext<Host | null>(null);

export function HostProvider({ host, children }: { host: Host; children: ReactNode }) {
  return <HostContext.Provider value={host}>{children}</HostContext.Provider>;
}

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("no host");
  return host;
}

export type Asked<T> = { state: "waiting" } | { state: "here"; answer: T } | { state: "failed"; problem: ProblemView };

export function problemOf(error: unknown): ProblemView {
  if (error instanceof HostProblem) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `Something unexpected happened: ${message}.`, hint: "Try again.", retryIsSafe: true };
}

/** Asks once per key; a late answer to an older question is dropped. The last answer stays while the next is awaited. */
export function useAsked<T>(key: string, ask: (host: Host) => Promise<T>): Asked<T> & { again: () => void } {
  const host = useHost();
  const [asked, setAsked] = useState<Asked<T>>({ state: "waiting" });
  const [turn, setTurn] = useState(0);
  const question = useRef(ask);
  useEffect(() => {
    question.current = ask;
  });
  useEffect(() => {
    let current = true;
    question.current(host).then(
      (answer) => current && setAsked({ state: "here", answer }),
      (error: unknown) => current && setAsked({ state: "failed", problem: problemOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [host, key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...asked, again };
}
