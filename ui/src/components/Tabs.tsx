// Tabs with arrow keys, as the ARIA pattern has them.
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";

interface Props {
  label: string;
  tabs: { key: string; title: string; content: ReactNode }[];
  /** The tab that is shown first; or, with `onChoose`, now. */
  chosen?: string;
  onChoose?: (key: string) => void;
  /** The panel takes the height that is left, for a list that scrolls by itself. */
  fills?: boolean;
}

export function Tabs({ label, tabs, chosen, onChoose, fills }: Props) {
  const [own, setOwn] = useState(chosen);
  const id = useId();
  const wanted = onChoose ? chosen : own;
  const index = Math.max(0, tabs.findIndex((tab) => tab.key === wanted));
  const current = tabs[index];
  const choose = (next: number) => {
    const key = tabs[next]?.key;
    if (key === undefined) return;
    setOwn(key);
    onChoose?.(key);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const places: Record<string, number> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    const next = (place + tabs.length) % tabs.length;
    choose(next);
    event.currentTarget.querySelectorAll<HTMLButtonElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div className={fills ? "tabbed fills" : "tabbed"}>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab, place) => (
          <button key={tab.key} type="button" role="tab" id={`${id}-${tab.key}`} aria-selected={place === index} aria-controls={`${id}-panel`} tabIndex={place === index ? 0 : -1} onClick={() => choose(place)}>
            {tab.title}
          </button>
        ))}
      </div>
      <div className="tabpanel" role="tabpanel" id={`${id}-panel`} aria-labelledby={current ? `${id}-${current.key}` : undefined}>
        {current?.content}
      </div>
    </div>
  );
}
