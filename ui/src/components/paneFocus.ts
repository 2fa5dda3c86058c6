// A pane comes into view, takes the focus that nobody has, and gives back what it had to the list of the same split.
import { useLayoutEffect, useRef, type RefObject } from "react";

export function usePaneFocus(): RefObject<HTMLElement | null> {
  const pane = useRef<HTMLElement>(null);
  // a layout effect is cleaned up while the pane is still in the document, and with it the focus
  useLayoutEffect(() => {
    const own = pane.current;
    const split = own?.closest(".split");
    // below a list, on a small window, it would open unseen
    own?.scrollIntoView({ block: "nearest" });
    // what opened it may be gone by now
    if (document.activeElement === document.body) own?.focus();
    return () => {
      if (!own?.contains(document.activeElement)) return;
      const list = split?.querySelector<HTMLElement>('[role="grid"]') ?? document.getElementById("search");
      list?.focus();
    };
  }, []);
  return pane;
}
