// Is this complete, and can I prove it? What was read, what was not, and what would close each gap.
import { CopyButton } from "../components/Code";
import { ListSearch } from "../components/ListSearch";
import { Problem, Skeleton } from "../components/Problem";
import type { CoverageView } from "../ipc/host";
import { useAsked } from "../state/host";
import { holding } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { counted, middle } from "../words/words";
import { AskedTree } from "./AskedTree";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
}

export function CoveragePage({ stamp, filter, onFilter }: Props) {
  const asked = useAsked(`coverage ${stamp}`, (host) => host.coverage());
  return (
    <div className="screen" tabIndex={-1}>
      <h1>Coverage</h1>
      {asked.state === "waiting" ? <Skeleton lines={10} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Whole view={asked.answer} filter={filter} onFilter={onFilter} /> : null}
    </div>
  );
}

function Whole({ view, filter, onFilter }: Omit<Props, "stamp"> & { view: CoverageView }) {
  const subscriptions = holding(view.subscriptions, filter.text, ({ name, id, state }) => [name, id, state]);
  const gaps = holding(view.gaps, filter.text, ({ scope, call, reason, message, hint }) => [scope, call, reason, message, hint]);
  const unassessed = holding(view.unassessed, filter.text, ({ rule, title, example }) => [rule, title, example]);
  const narrowed = filter.text !== "";
  return (
    <>
      <div className="filters" role="search" aria-label="Filter the coverage">
        <ListSearch label="Search the coverage" text={filter.text} onText={(text) => onFilter({ ...wholeList, text })} narrowed={narrowed} onClear={() => onFilter(wholeList)} />
        <p className="quiet small" role="status">
          {narrowed ? `${counted(subscriptions.length, "subscription", "subscriptions")}, ${counted(gaps.length, "gap", "gaps")} and ${counted(unassessed.length, "rule", "rules")} match` : ""}
        </p>
      </div>
      <p>
        {view.percent === null ? "There was nothing to assess." : `${view.percent} % of the tests that apply were assessed: ${view.testsAssessed.toLocaleString("en-GB")} were, ${view.testsNotAssessed.toLocaleString("en-GB")} could not be.`} What was not
        assessed never counts as passed.
      </p>
      <section className="card">
        <h2>Subscriptions</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Subscription</th>
              <th scope="col">Id</th>
              <th scope="col">Cluster list</th>
              <th scope="col" className="num">
                Clusters
              </th>
              <th scope="col" className="num">
                Bindings read
              </th>
            </tr>
          </thead>
          <tbody>
            {subscriptions.map((subscription) => (
              <tr key={subscription.id}>
                <td>{subscription.name}</td>
                <td className="mono">{subscription.id}</td>
                <td className={subscription.state === "read" ? "exposure-private" : "exposure-open"}>{subscription.state === "read" ? "✓ read" : `✕ ${subscription.state}`}</td>
                <td className="num">{subscription.state === "read" ? subscription.clusters : "?"}</td>
                <td className="num">{subscription.state === "read" ? `${subscription.bindingsRead} of ${subscription.clusters}` : "?"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {view.subscriptions.some((subscription) => subscription.asked.length > 0) ? <AskedTree subscriptions={subscriptions} tenant={view.tenantAsked} /> : null}
      <section className="card">
        <h2>{counted(view.allGaps, "gap", "gaps")}</h2>
        {view.gaps.length === 0 ? <p className="quiet">Everything that was asked for was read.</p> : null}
        <table className="plain wide" hidden={gaps.length === 0}>
          <thead>
            <tr>
              <th scope="col">Scope</th>
              <th scope="col">Call</th>
              <th scope="col">Why</th>
              <th scope="col">What happened</th>
              <th scope="col">What closes it</th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <tr key={`${gap.scope} ${gap.call} ${gap.message}`}>
                <td className="mono" title={gap.scope}>
                  {middle(gap.scope, 44)} <CopyButton text={gap.scope} label="Copy" />
                </td>
                <td className="small">{gap.call}</td>
                <td style={{ whiteSpace: "nowrap" }}>{gap.reason}</td>
                <td>{gap.message}</td>
                <td>{gap.hint}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {view.allGaps > view.gaps.length ? <p className="small quiet">The first {view.gaps.length} are listed; findings.json holds them all.</p> : null}
      </section>
      <section className="card">
        <h2>Tests that could not be assessed</h2>
        {view.unassessed.length === 0 ? <p className="quiet">Every test that applies was assessed.</p> : null}
        <table className="plain" hidden={unassessed.length === 0}>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Asks</th>
              <th scope="col" className="num">
                Tests
              </th>
              <th scope="col">For example</th>
            </tr>
          </thead>
          <tbody>
            {unassessed.map((rule) => (
              <tr key={rule.rule}>
                <td className="nowrap">{rule.rule}</td>
                <td>{rule.title}</td>
                <td className="num">{rule.tests}</td>
                <td>{rule.example}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
