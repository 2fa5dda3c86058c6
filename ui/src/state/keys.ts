// Keys that work wherever the focus is.
import { useEffect, useEffectEvent } from "react";

/** Esc closes what is open, unless it closed something nearer, such as a menu. */
export function useEscape(close: () => void): void {
  const onEscape = useEffectEvent(close);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inMenu = event.target instanceof Element && event.target.closest('[role="menu"]') !== null;
      if (event.key === "Escape" && !event.defaultPrevented && !inMenu) onEscape();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** A list that is not there after so long is not coming. */
const PATIENCE = 3000;

/** Gives the focus to the list of the screen, as soon as it is there, whenever `turn` changes; 0 is no turn. */
export function useListFocus(turn: number): void {
  useEffect(() => {
    if (turn === 0) return;
    const give = () => {
      const grid = document.querySelector<HTMLElement>('main [role="grid"]');
      grid?.focus();
      return grid !== null;
    };
    if (give()) return;
    const watcher = new MutationObserver(() => {
      if (give()) watcher.disconnect();
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    const timer = setTimeout(() => watcher.disconnect(), PATIENCE);
    return () => {
      watcher.disconnect();
      clearTimeout(timer);
    };
  }, [turn]);
}
