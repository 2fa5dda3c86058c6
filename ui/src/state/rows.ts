// Long lists come in pages from the program; this hook holds the pages a table has scrolled to.
import { useCallback, useEffect, useRef, useState } from "react";
import type { ProblemView } from "../ipc/host";
import { problemOf } from "./host";

const PAGE = 200;

export interface Rows<R, P> {
  /** The newest page's facts: counts and choices. */
  page: P | null;
  matching: number;
  row: (index: number) => R | undefined;
  need: (from: number, to: number) => void;
  problem: ProblemView | null;
}

export function usePagedRows<R, P extends { rows: R[]; matching: number }>(key: string, fetch: (offset: number, limit: number) => Promise<P>): Rows<R, P> {
  const [held, setHeld] = useState<{ key: string; pages: Map<number, R[]>; page: P | null }>({ key: "", pages: new Map(), page: null });
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const asked = useRef(new Set<string>());
  const current = useRef(key);
  const ask = useRef(fetch);
  useEffect(() => {
    ask.current = fetch;
  });

  const load = useCallback((forKey: string, number: number) => {
    const mark = `${forKey}#${number}`;
    if (asked.current.has(mark)) return;
    asked.current.add(mark);
    ask.current(number * PAGE, PAGE).then(
      (page) => {
        if (current.current !== forKey) return;
        setProblem(null);
        setHeld((before) => {
          const pages = before.key === forKey ? new Map(before.pages) : new Map<number, R[]>();
          pages.set(number, page.rows);
          return { key: forKey, pages, page };
        });
      },
      (error: unknown) => current.current === forKey && setProblem(problemOf(error)),
    );
  }, []);

  useEffect(() => {
    current.current = key;
    asked.current = new Set();
    load(key, 0);
  }, [key, load]);

  const need = useCallback(
    (from: number, to: number) => {
      for (let number = Math.floor(from / PAGE); number <= Math.floor(to / PAGE); number += 1) load(current.current, number);
    },
    [load],
  );
  return {
    page: held.page,
    matching: held.page?.matching ?? 0,
    row: (index) => held.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    need,
    problem,
  };
}
