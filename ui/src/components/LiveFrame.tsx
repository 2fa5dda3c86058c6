// The frame of the steps from signing in to the scan: where one is, and the way back.
import { Button } from "@fluentui/react-components";
import { useEffect, useRef, type ReactNode } from "react";
import { Mark } from "./Mark";

const STEPS = ["Sign in", "Choose", "Scan"];

interface Props {
  /** Which of the steps this is, from 0. */
  step: number;
  title: string;
  /** What the button at the top right says; without it there is no way back from here. */
  back?: string;
  onBack?: () => void;
  children: ReactNode;
}

export function LiveFrame({ step, title, back, onBack, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [step, title]);
  return (
    <div className="frame plainframe">
      <header className="head">
        <div className="brand">
          <Mark size={26} /> Quaymaster
        </div>
        <ol className="steps" aria-label="Steps">
          {STEPS.map((word, index) => (
            <li key={word} aria-current={index === step ? "step" : undefined}>
              <span aria-hidden="true">{index < step ? "✓" : index + 1}</span> {word}
            </li>
          ))}
        </ol>
        <div className="spacer" />
        {back ? (
          <Button size="small" appearance="subtle" onClick={onBack}>
            {back}
          </Button>
        ) : null}
      </header>
      <main className="main">
        <div className="screen" tabIndex={-1}>
          <div className="narrow">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {children}
          </div>
        </div>
      </main>
    </div>
  );
}
