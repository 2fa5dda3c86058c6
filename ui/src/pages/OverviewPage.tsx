// Are we getting better, and who must act? Every number is a link to exactly its rows.
import { ExposureBadge, SeverityBadge } from "../components/Severity";
import { Problem, Skeleton } from "../components/Problem";
import type { FindingRow, GroupView, OverviewView, SeverityView } from "../ipc/host";
import { useAsked } from "../state/host";
import { noFilter, type FindingFilter } from "../state/view";
import { coverWords, serversWords } from "../words/overview";
import { counted, coverageFigure, coverageWords, severityWord } from "../words/words";

interface Props {
  stamp: string;
  onFindings: (filter: FindingFilter) => void;
  onFinding: (id: string) => void;
  onClusters: (exposures: string[]) => void;
  onMatrix: () => void;
  onCoverage: () => void;
}

export function OverviewPage({ stamp, ...ways }: Props) {
  const asked = useAsked(`overview ${stamp}`, (host) => host.overview());
  return (
    <div className="screen" tabIndex={-1}>
      <h1>Overview</h1>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Figures view={asked.answer} {...ways} /> : null}
    </div>
  );
}

function Figures({ view, onFindings, onFinding, onClusters, onMatrix, onCoverage }: Omit<Props, "stamp"> & { view: OverviewView }) {
  const publicLabels = view.exposures.filter((e) => e.label !== "private" && e.label !== "unknown").map((e) => e.label);
  return (
    <>
      <div className="tiles">
        <div className="card tile">
          <h2>Score</h2>
          <div className="figure">
            {view.score ?? "none"} <span className="of">{view.score === null ? "" : "of 100"}</span>
          </div>
          <details className="small">
            <summary>How it is computed</summary>
            {view.formula}
          </details>
        </div>
        <button type="button" className="card tile" onClick={() => onClusters(publicLabels)}>
          <h2>Public API servers</h2>
          <div className="figure">
            {view.publicServers} <span className="of">of {view.clusters}</span>
          </div>
          <span className="small quiet">{serversWords(view)}</span>
        </button>
        <button type="button" className="card tile" onClick={onMatrix}>
          <h2>Fully on Trusted Access</h2>
          <div className="figure">
            {view.coverable === 0 ? "–" : view.covered} <span className="of">{view.coverable === 0 ? "" : `of ${view.coverable}`}</span>
          </div>
          <span className="small quiet">{coverWords(view)}</span>
        </button>
        <button type="button" className="card tile" onClick={onCoverage}>
          <h2>Coverage</h2>
          <div className="figure">{coverageFigure(view.coveragePercent)}</div>
          <span className="small quiet">
            {coverageWords(view.coveragePercent)}, {counted(view.gaps, "gap", "gaps")}
          </span>
        </button>
        <button type="button" className="card tile" onClick={() => onFindings({ ...noFilter, state: view.newFindings ? "new" : "open" })}>
          <h2>Since the audit before</h2>
          <div className="figure">{view.newFindings === null ? "–" : view.newFindings}</div>
          <span className="small quiet">{view.newFindings === null ? "this is the first audit" : `new, ${view.fixedFindings ?? 0} fixed`}</span>
        </button>
      </div>
      <div className="grid2">
        <Severities view={view} onFindings={onFindings} />
        <Areas view={view} onFindings={onFindings} />
      </div>
      <Worst rows={view.worst} onFinding={onFinding} />
      <div className="grid2">
        <Groups title="By subscription" groups={view.bySubscription} onOpen={(key) => onFindings({ ...noFilter, subscriptions: [key] })} />
        <Groups title="By owner" groups={view.byOwner} onOpen={(key) => onFindings({ ...noFilter, owners: [key] })} />
      </div>
      <section className="card">
        <h2>API servers by exposure</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Exposure</th>
              <th scope="col" className="num">
                Clusters
              </th>
            </tr>
          </thead>
          <tbody>
            {view.exposures.map((exposure) => (
              <tr key={exposure.label}>
                <td>
                  <button type="button" className="linklike" onClick={() => onClusters([exposure.label])}>
                    <ExposureBadge label={exposure.label} />
                  </button>
                </td>
                <td className="num">{exposure.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Severities({ view, onFindings }: { view: OverviewView; onFindings: Props["onFindings"] }) {
  const most = Math.max(1, ...view.severities.map((s) => s.count));
  const filter = (severity: SeverityView) => onFindings({ ...noFilter, severities: [severity] });
  return (
    <section className="card">
      <h2>Open findings by severity</h2>
      <div className="bars">
        {view.severities.map(({ severity, count }) => (
          <div key={severity} style={{ display: "contents" }}>
            <button type="button" className="linklike" onClick={() => filter(severity)} aria-label={`${severityWord(severity)}: ${count}, show them`}>
              <SeverityBadge severity={severity} />
            </button>
            <div className="bar" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%`, background: `var(--${severity})` }} />
            </div>
            <span className="num">{count}</span>
          </div>
        ))}
      </div>
      <p className="small quiet" style={{ marginTop: 10 }}>
        From {view.testsAssessed.toLocaleString("en-GB")} assessed tests on {counted(view.clusters, "cluster", "clusters")}; {view.testsNotAssessed.toLocaleString("en-GB")} not assessed.
      </p>
    </section>
  );
}

function Areas({ view, onFindings }: { view: OverviewView; onFindings: Props["onFindings"] }) {
  return (
    <section className="card">
      <h2>Tests by area</h2>
      <div className="bars">
        {view.areas.map((area) => {
          const all = Math.max(1, area.fail + area.notAssessed + area.pass);
          return (
            <div key={area.prefix} style={{ display: "contents" }}>
              <span>{area.label}</span>
              <div className="bar" aria-hidden="true">
                <span style={{ width: `${(area.fail / all) * 100}%`, background: "var(--high)" }} />
                <span style={{ width: `${(area.notAssessed / all) * 100}%`, background: "var(--unknown)" }} />
                <span style={{ width: `${(area.pass / all) * 100}%`, background: "var(--pass)" }} />
              </div>
              <span className="small num">
                <button type="button" className="linklike" disabled={area.fail === 0} onClick={() => onFindings({ ...noFilter, rules: area.rules })} aria-label={`${area.label}: ${area.fail} fail, show them`}>
                  {area.fail} fail
                </button>{" "}
                · {area.notAssessed} not assessed · {area.pass} pass
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Worst({ rows, onFinding }: { rows: FindingRow[]; onFinding: Props["onFinding"] }) {
  return (
    <section className="card">
      <h2>Worst first</h2>
      {rows.length === 0 ? <p className="quiet">No test failed. Look at the coverage before you call that clean.</p> : null}
      <table className="plain" hidden={rows.length === 0}>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Finding</th>
            <th scope="col">Cluster</th>
            <th scope="col">Owner</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <SeverityBadge severity={row.severity} />
              </td>
              <td>
                <button type="button" className="linklike" onClick={() => onFinding(row.id)}>
                  {row.title}
                </button>
              </td>
              <td>
                {row.cluster}
                {row.part ? ` / ${row.part}` : ""}
              </td>
              <td>{row.owner}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MOST_GROUPS = 12;

function Groups({ title, groups, onOpen }: { title: string; groups: GroupView[]; onOpen: (key: string) => void }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className="num">
              Clusters
            </th>
            <th scope="col" className="num">
              Critical
            </th>
            <th scope="col" className="num">
              High
            </th>
            <th scope="col" className="num">
              Medium
            </th>
            <th scope="col" className="num">
              Low
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, MOST_GROUPS).map((group) => (
            <tr key={group.key}>
              <td>
                {group.unread ? (
                  <span>
                    {group.name} <strong className="exposure-unknown">({group.unread}: not read)</strong>
                  </span>
                ) : (
                  <button type="button" className="linklike" onClick={() => onOpen(group.key)}>
                    {group.name}
                  </button>
                )}
              </td>
              <td className="num">{group.unread ? "?" : group.clusters}</td>
              <td className="num">{group.unread ? "?" : group.critical}</td>
              <td className="num">{group.unread ? "?" : group.high}</td>
              <td className="num">{group.unread ? "?" : group.medium}</td>
              <td className="num">{group.unread ? "?" : group.low}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups.length > MOST_GROUPS ? <p className="small quiet">and {groups.length - MOST_GROUPS} more</p> : null}
    </section>
  );
}
