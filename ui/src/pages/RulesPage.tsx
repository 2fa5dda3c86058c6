// The catalogue: what is asked, why, and how it came out.
import { useState } from "react";
import { ListSearch } from "../components/ListSearch";
import { Empty, Problem, Skeleton } from "../components/Problem";
import { SeverityBadge } from "../components/Severity";
import type { RuleView } from "../ipc/host";
import { useAsked } from "../state/host";
import { holding } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onFindings: (rule: string) => void;
}

export function RulesPage({ stamp, filter, onFilter, onFindings }: Props) {
  const asked = useAsked(`rules ${stamp}`, (host) => host.rules());
  const [open, setOpen] = useState<string | null>(null);
  const rules = asked.state === "here" ? holding(asked.answer, filter.text, (rule) => [rule.id, rule.area, rule.title, rule.what, rule.why]) : [];
  return (
    <div className="screen" tabIndex={-1}>
      <h1>Rules</h1>
      {asked.state === "waiting" ? <Skeleton lines={10} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? (
        <div className="filters" role="search" aria-label="Filter rules">
          <ListSearch label="Search rules" text={filter.text} onText={(text) => onFilter({ ...wholeList, text })} narrowed={filter.text !== ""} onClear={() => onFilter(wholeList)} />
          <p className="quiet small" role="status">
            {rules.length} of {counted(asked.answer.length, "rule", "rules")}
          </p>
        </div>
      ) : null}
      {asked.state === "here" && rules.length === 0 ? <Empty title="Nothing matches this search" /> : null}
      {rules.length > 0 ? (
        <section className="card">
          <table className="plain wide">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Severity</th>
                <th scope="col">True when it passes</th>
                <th scope="col" className="num">
                  Fail
                </th>
                <th scope="col" className="num">
                  Pass
                </th>
                <th scope="col" className="num">
                  Not assessed
                </th>
                <th scope="col" className="num">
                  Not applicable
                </th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <Rule key={rule.id} rule={rule} open={open === rule.id} onToggle={() => setOpen(open === rule.id ? null : rule.id)} onFindings={() => onFindings(rule.id)} />
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </div>
  );
}

function Rule({ rule, open, onToggle, onFindings }: { rule: RuleView; open: boolean; onToggle: () => void; onFindings: () => void }) {
  return (
    <>
      <tr>
        <td className="nowrap">
          <button type="button" className="linklike" aria-expanded={open} onClick={onToggle}>
            {rule.id}
          </button>
        </td>
        <td>
          <SeverityBadge severity={rule.severity} />
        </td>
        <td>{rule.title}</td>
        <td className="num">
          {rule.fail > 0 ? (
            <button type="button" className="linklike" onClick={onFindings} aria-label={`${rule.fail} findings of ${rule.id}, show them`}>
              {rule.fail}
            </button>
          ) : (
            0
          )}
        </td>
        <td className="num">{rule.pass}</td>
        <td className="num">{rule.notAssessed}</td>
        <td className="num">{rule.notApplicableCount}</td>
      </tr>
      {open ? (
        <tr>
          <td />
          <td colSpan={6}>
            <p>{rule.what}</p>
            <p style={{ marginTop: 6 }}>{rule.why}</p>
            <p className="quiet small" style={{ marginTop: 6 }}>
              Not applicable: {rule.notApplicable} Reads <span className="mono">{rule.reads.join(", ")}</span>
            </p>
            <ul className="small">
              {rule.references.map(([title, url]) => (
                <li key={url}>
                  {title} <span className="mono quiet">{url}</span>
                </li>
              ))}
            </ul>
          </td>
        </tr>
      ) : null}
    </>
  );
}
