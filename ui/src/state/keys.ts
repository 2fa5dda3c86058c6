// Keys that work wherever the focus is.
import { useEffect } from "react";

/** Esc closes what is open; `close` should keep its identity. */
export function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && close();
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [close]);
}
