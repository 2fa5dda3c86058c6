// One step of a closing plan: what, why, what to know before, and how in each language.
import { Button, Checkbox } from "@fluentui/react-components";
import { useState } from "react";
import { CopyableCode } from "../components/Code";
import { MarkedWord } from "../components/Marked";
import { Prose } from "../components/Prose";
import { Tabs } from "../components/Tabs";
import type { StepView } from "../ipc/host";
import { needsWords, stepMark, warnings } from "../words/access";

interface Props {
  number: number;
  step: StepView;
  ticked: boolean;
  canTick: boolean;
  /** Whether it waits for a word of its own. */
  canRelease: boolean;
  /** Numbers of the steps that have to be done for it. */
  needs: number[];
  onTick: (on: boolean) => void;
  onRelease: () => void;
}

export function PlanStep({ number, step, ticked, canTick, canRelease, needs, onTick, onRelease }: Props) {
  return (
    <li className={`planstep${ticked ? "" : " unticked"}`}>
      <Checkbox checked={ticked} disabled={!canTick} aria-label={`Take step ${number}: ${step.title}`} onChange={(_, data) => onTick(data.checked === true)} />
      <div className="planbody">
        <h3>
          {number}. {step.title}
        </h3>
        <p className="small">
          <MarkedWord marked={stepMark(step.kind)} /> <Prose text={step.why} /> {needs.length > 0 ? <span className="quiet">{needsWords(needs)}</span> : null}
        </p>
        {warnings(step).map(({ marked, texts }) => (
          <div key={marked.word} className={`stepnote ${marked.look}`}>
            <MarkedWord marked={marked} />
            <ul className="lines">
              {texts.map((text) => (
                <li key={text}>
                  <Prose text={text} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {canRelease ? (
          <Button size="small" onClick={onRelease} aria-label={`Take step ${number} anyway`}>
            Take it anyway
          </Button>
        ) : null}
        <How step={step} />
      </div>
    </li>
  );
}

function How({ step }: { step: StepView }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>How to do it, check it, and go back</summary>
      {open ? (
        <Tabs
          label={`How: ${step.title}`}
          tabs={[
            { key: "cli", title: "CLI", content: <Text text={step.cli} label="CLI command" none="There is no command for this step." /> },
            { key: "bicep", title: "Bicep", content: <Text text={step.bicep} label="Bicep" none="Bicep cannot say this step." /> },
            { key: "terraform", title: "Terraform", content: <Text text={step.terraform} label="Terraform" none="Terraform cannot say this step." /> },
            { key: "check", title: "Check", content: <Text text={step.check} label="check" none="There is nothing to check by command." /> },
            { key: "back", title: "Way back", content: <Text text={step.back} label="way back" none="There is no way back from this step." /> },
          ]}
        />
      ) : null}
    </details>
  );
}

function Text({ text, label, none }: { text: string; label: string; none: string }) {
  return text === "" ? <p className="quiet">{none}</p> : <CopyableCode text={text} label={label} />;
}
