// What-if: the rules run again with steps applied. A late answer to an older choice is dropped, and the panel says when it is behind.
import { useCallback, useEffect, useState } from "react";
import type { ProblemView, WhatIfView } from "../ipc/host";
import { problemOf, useHost } from "./host";

export interface Imagined {
  /** The newest answer; while `behind`, to the choice before. */
  view: WhatIfView | null;
  behind: boolean;
  problem: ProblemView | null;
  again: () => void;
}

/** Someone who ticks several boxes asks once. */
const PAUSE = 250;

/** Asks for exactly these steps of one cluster; for none of them nothing is asked. */
export function useImagined(stamp: string, cluster: string, steps: readonly string[]): Imagined {
  const host = useHost();
  const [held, setHeld] = useState<{ key: string; view: WhatIfView | null; problem: ProblemView | null }>({ key: "", view: null, problem: null });
  const [turn, setTurn] = useState(0);
  const list = JSON.stringify(steps);
  const key = `${stamp} ${turn} ${cluster} ${list}`;
  useEffect(() => {
    const wanted = JSON.parse(list) as string[];
    if (wanted.length === 0) return;
    let current = true;
    const ask = () =>
      host.imagine({ cluster, steps: wanted }).then(
        (view) => current && setHeld({ key, view, problem: null }),
        (error: unknown) => current && setHeld((before) => ({ ...before, key, problem: problemOf(error) })),
      );
    const timer = setTimeout(() => void ask(), PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [host, key, cluster, list]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { view: held.view, behind: held.key !== key, problem: held.key === key ? held.problem : null, again };
}
