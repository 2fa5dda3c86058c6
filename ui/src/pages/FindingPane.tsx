// One finding, beside the list: what · why · evidence · fix.
import { CopyableCode, CopyButton } from "../components/Code";
import { Pane } from "../components/Pane";
import { Problem, Skeleton } from "../components/Problem";
import { SeverityBadge, StateMark } from "../components/Severity";
import { Tabs } from "../components/Tabs";
import type { FindingView } from "../ipc/host";
import { useAsked } from "../state/host";
import { middle } from "../words/words";

interface Props {
  id: string;
  stamp: string;
  onClose: () => void;
  onCluster: (id: string, instance: string) => void;
}

export function FindingPane({ id, stamp, onClose, onCluster }: Props) {
  const asked = useAsked(`finding ${id} ${stamp}`, (host) => host.finding(id));
  return (
    <Pane label="Finding" onClose={onClose}>
      {asked.state === "waiting" ? <Skeleton lines={10} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Whole view={asked.answer} onCluster={onCluster} /> : null}
    </Pane>
  );
}

function Whole({ view, onCluster }: { view: FindingView; onCluster: Props["onCluster"] }) {
  const { row } = view;
  return (
    <>
      <section>
        <div className="row">
          <SeverityBadge severity={row.severity} />
          <StateMark state={row.state} />
          <span className="quiet">{row.rule}</span>
        </div>
        <h2>{row.title}</h2>
        <p>
          <button type="button" className="linklike" onClick={() => onCluster(row.clusterId, row.instance)}>
            {row.cluster}
          </button>
          {row.part ? ` / ${row.part}` : ""} <span className="quiet">in {row.subscription}, owner {row.owner}</span>
        </p>
        <div className="row">
          <span className="mono quiet" title={view.resourceId}>
            {middle(view.resourceId)}
          </span>
          <CopyButton text={view.resourceId} label="Copy id" />
          <CopyButton text={view.markdown} label="Copy as Markdown" />
        </div>
      </section>
      <section>
        <h3>What</h3>
        <p>{row.reason}</p>
        <p className="quiet small">Wanted: {view.wanted}.</p>
      </section>
      <section>
        <h3>Why it matters</h3>
        <p>{view.why}</p>
      </section>
      <section>
        <h3>Evidence</h3>
        <div className="scrolls" tabIndex={0} role="group" aria-label="Evidence table">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Path</th>
                <th scope="col">Seen</th>
                <th scope="col">Expected</th>
              </tr>
            </thead>
            <tbody>
              {view.evidence.map((item, index) => (
                <tr key={`${item.path} ${index}`}>
                  <td className="mono">{item.path}</td>
                  <td>{item.observed}</td>
                  <td>{item.expected}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="quiet small" style={{ overflowWrap: "anywhere" }}>
          Read from {view.evidence[0]?.source ?? "nothing: it was not read"}
        </p>
        {view.raw ? (
          <details>
            <summary>Raw excerpt, as it was sent</summary>
            <CopyableCode text={view.raw} label="raw excerpt" />
          </details>
        ) : null}
        <details>
          <summary>Look for yourself (changes nothing)</summary>
          <CopyableCode text={view.fix.look} label="command to look" />
        </details>
      </section>
      <section>
        <h3>Fix</h3>
        <p>{view.fix.whatToDo}</p>
        <p className="caution">
          <strong>Caution.</strong> {view.fix.caution}
        </p>
        <Tabs
          label="Fix in"
          tabs={[
            { key: "cli", title: "CLI", content: <CopyableCode text={view.fix.cli} label="CLI command" /> },
            { key: "bicep", title: "Bicep", content: <CopyableCode text={view.fix.bicep} label="Bicep" /> },
            { key: "terraform", title: "Terraform", content: <CopyableCode text={view.fix.terraform} label="Terraform" /> },
          ]}
        />
      </section>
      <section>
        <h3>References</h3>
        <ul style={{ margin: 0, paddingLeft: 18 }}>
          {view.references.map(([title, url]) => (
            <li key={url}>
              {title} <span className="mono quiet">{url}</span>
            </li>
          ))}
        </ul>
        {view.controls.length > 0 ? (
          <details>
            <summary>{view.controls.length} controls it speaks to</summary>
            <ul className="small">
              {view.controls.map((control) => (
                <li key={control}>{control}</li>
              ))}
            </ul>
          </details>
        ) : null}
      </section>
    </>
  );
}
