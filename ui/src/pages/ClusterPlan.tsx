// The closing plan of one cluster: the steps in their order, which of them are taken, and what would come of it.
import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { Problem, Progress, Skeleton } from "../components/Problem";
import { Prose } from "../components/Prose";
import { SavedNote } from "../components/SavedNote";
import { Unread } from "../components/Unread";
import { WhatIfFigures, WhatIfList } from "../components/WhatIf";
import type { PlanView } from "../ipc/host";
import { useExport } from "../state/exporting";
import { useAsked } from "../state/host";
import { useImagined } from "../state/imagine";
import { canTick, chosen, firstChoice, isHeldBack, numbersOf, release, tick, tickAll, type Choice } from "../state/planSteps";
import { noStepsWords, stepsHeadline } from "../words/access";
import { counted } from "../words/words";
import { PlanStep } from "./PlanStep";

export function ClusterPlan({ stamp, id }: { stamp: string; id: string }) {
  const asked = useAsked(`plan ${id} ${stamp}`, (host) => host.plan(id));
  if (asked.state === "waiting") return <Skeleton lines={8} />;
  if (asked.state === "failed") return <Problem problem={asked.problem} again={asked.again} />;
  // what was ticked holds for these steps only
  const key = asked.answer.steps.map((step) => `${step.id} ${step.heldBack.length}`).join("|");
  return <Whole key={key} stamp={stamp} id={id} plan={asked.answer} />;
}

function Whole({ stamp, id, plan }: { stamp: string; id: string; plan: PlanView }) {
  const [choice, setChoice] = useState(() => firstChoice(plan.steps));
  const exporting = useExport();
  if (plan.steps.length === 0) {
    return (
      <div className="doors">
        <Unread what={plan.unread} />
        <p>{noStepsWords(plan)}</p>
        <Notes notes={plan.notes} />
      </div>
    );
  }
  const taken = chosen(plan.steps, choice);
  return (
    <div className="plan">
      <section>
        <Unread what={plan.unread} />
        <h2>{stepsHeadline(plan)}</h2>
        <p className="quiet small">What lets a service in comes before what shuts a door. You run the commands; Quaymaster changes nothing in Azure.</p>
        <div className="row">
          <Button size="small" appearance="subtle" onClick={() => setChoice(tickAll(plan.steps, choice, true))}>
            Tick all that can be
          </Button>
          <Button size="small" appearance="subtle" onClick={() => setChoice(tickAll(plan.steps, choice, false))}>
            Tick none
          </Button>
          <Button size="small" disabled={exporting.work.running !== null} onClick={() => exporting.save("code", id)}>
            Export as code
          </Button>
          <span className="quiet small">The export holds every step that is not held back, ticked or not.</span>
        </div>
        <SavedNote running={exporting.work.running} problem={exporting.work.problem} saved={exporting.saved} onDismiss={exporting.work.clear} onFolder={exporting.openFolder} />
        <ol className="planlist">
          {plan.steps.map((step, index) => (
            <PlanStep
              key={step.id}
              number={index + 1}
              step={step}
              ticked={choice.ticked.has(step.id)}
              canTick={canTick(plan.steps, choice, step)}
              canRelease={isHeldBack(step) && !choice.released.has(step.id)}
              needs={numbersOf(plan.steps, step.needs)}
              onTick={(on) => setChoice(tick(plan.steps, choice, step, on))}
              onRelease={() => setChoice(release(plan.steps, choice, step))}
            />
          ))}
        </ol>
        <Notes notes={plan.notes} />
      </section>
      <WhatIfPanel stamp={stamp} id={id} taken={taken} all={plan.steps.length} choice={choice} />
    </div>
  );
}

function WhatIfPanel({ stamp, id, taken, all, choice }: { stamp: string; id: string; taken: string[]; all: number; choice: Choice }) {
  const imagined = useImagined(stamp, id, taken);
  const { view } = imagined;
  return (
    <aside className="card whatifside" aria-label="What if" tabIndex={0}>
      <h2>What if</h2>
      <p className="small" role="status">
        {taken.length} of {counted(all, "step", "steps")} ticked{choice.released.size > 0 ? `, ${choice.released.size} of them taken although held back` : ""}.
      </p>
      {taken.length === 0 ? <p className="quiet">Nothing is ticked, so nothing changes. Tick a step to see what comes of it.</p> : null}
      {imagined.problem ? <Problem problem={imagined.problem} again={imagined.again} /> : null}
      {taken.length > 0 && imagined.behind ? <Progress progress={{ step: "Running the rules again", done: 0, total: 0 }} /> : null}
      {taken.length > 0 && view ? (
        <div aria-busy={imagined.behind}>
          <p className="quiet small">{imagined.behind ? "Still of what was ticked before:" : "Before and after, with the whole fleet:"}</p>
          <WhatIfFigures view={view} />
          <WhatIfList title="Opened" lines={view.opened} count={view.openedCount} none="No finding would be new." />
          <WhatIfList title="Closed" lines={view.closed} count={view.closedCount} none="No finding would go." />
        </div>
      ) : null}
    </aside>
  );
}

function Notes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <>
      <h2>What no step can do</h2>
      <ul className="lines">
        {notes.map((note) => (
          <li key={note}>
            <Prose text={note} />
          </li>
        ))}
      </ul>
    </>
  );
}
