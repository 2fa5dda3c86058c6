// Tabs with arrow keys, as the ARIA pattern has them.
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";

export function Tabs({ label, tabs }: { label: string; tabs: { key: string; title: string; content: ReactNode }[] }) {
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const current = tabs[Math.min(chosen, tabs.length - 1)];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = (chosen + step + tabs.length) % tabs.length;
    setChosen(next);
    event.currentTarget.querySelectorAll<HTMLButtonElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button key={tab.key} type="button" role="tab" id={`${id}-${tab.key}`} aria-selected={index === chosen} aria-controls={`${id}-panel`} tabIndex={index === chosen ? 0 : -1} onClick={() => setChosen(index)}>
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={current ? `${id}-${current.key}` : undefined} style={{ paddingTop: 10 }}>
        {current?.content}
      </div>
    </div>
  );
}
