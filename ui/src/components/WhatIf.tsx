// What-if in figures: the same rules before and after, with what could not be assessed.
import type { WhatIfLine, WhatIfView } from "../ipc/host";
import { beforeAfter } from "../words/access";
import { SeverityBadge } from "./Severity";

export function WhatIfFigures({ view }: { view: WhatIfView }) {
  const own: [string, string][] = view.ownBefore === null ? [] : [["Findings of this cluster", beforeAfter(view.ownBefore, view.ownAfter)]];
  const figures: [string, string][] = [
    ...own,
    ["Score of the fleet, of 100", beforeAfter(view.scoreBefore, view.scoreAfter)],
    ["Public API servers", beforeAfter(view.publicBefore, view.publicAfter)],
    ["Findings of the fleet", beforeAfter(view.findingsBefore, view.findingsAfter)],
    ["Closed", String(view.closedCount)],
    ["Opened", String(view.openedCount)],
    ["Tests not assessed", beforeAfter(view.notAssessedBefore, view.notAssessedAfter)],
  ];
  return (
    <dl className="figures" aria-label="What if">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `count` is of all of them: the list may be cut. */
export function WhatIfList({ title, lines, count, none }: { title: string; lines: WhatIfLine[]; count: number; none: string }) {
  return (
    <section>
      <h3>
        {title} ({count.toLocaleString("en-GB")})
      </h3>
      {lines.length === 0 ? <p className="quiet small">{none}</p> : null}
      <ul className="lines">
        {lines.map((line, index) => (
          <li key={`${line.rule} ${line.cluster} ${index}`}>
            <SeverityBadge severity={line.severity} /> {line.title} <span className="quiet">on {line.cluster}, {line.rule}</span>
            <div className="quiet small">{line.reason}</div>
          </li>
        ))}
      </ul>
      {count > lines.length ? <p className="quiet small">and {(count - lines.length).toLocaleString("en-GB")} more</p> : null}
    </section>
  );
}
