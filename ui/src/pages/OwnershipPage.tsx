// Who answers for what: the owners' scoreboard, and the clusters whose tags leave somebody out.
import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { ListSearch } from "../components/ListSearch";
import { Pane } from "../components/Pane";
import { Empty, Problem, Skeleton } from "../components/Problem";
import { SavedNote } from "../components/SavedNote";
import { Tabs } from "../components/Tabs";
import type { OwnedRow, OwnerRow, OwnersView } from "../ipc/host";
import { useExport } from "../state/exporting";
import { useAsked } from "../state/host";
import { useEscape } from "../state/keys";
import { holding, sorted, turned, type Sort } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { inheritWords, namedOn, ownersHeadline } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  tab: string;
  onTab: (tab: string) => void;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onFindings: (owner: string) => void;
  onCluster: (id: string, instance: string) => void;
}

export function OwnershipPage({ stamp, tab, onTab, filter, onFilter, onFindings, onCluster }: Props) {
  const asked = useAsked(`owners ${stamp}`, (host) => host.owners());
  const exporting = useExport();
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Ownership</h1>
        {asked.state === "here" ? (
          <p className="quiet small" role="status">
            {ownersHeadline(asked.answer)} {inheritWords(asked.answer.inherits)}
          </p>
        ) : null}
      </div>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? (
        <>
          <div className="row">
            <Button size="small" disabled={exporting.work.running !== null || asked.answer.clusters === 0} onClick={() => exporting.save("owners")}>
              CSV for each owner
            </Button>
            <span className="quiet small">One file for each owner: what failed on their clusters, and what could not be assessed.</span>
          </div>
          <SavedNote running={exporting.work.running} problem={exporting.work.problem} saved={exporting.saved} onDismiss={exporting.work.clear} onFolder={exporting.openFolder} />
          <Tabs
            key={stamp}
            label="Ownership"
            fills
            chosen={tab}
            onChoose={onTab}
            tabs={[
              { key: "owners", title: `Owners (${asked.answer.owners.filter((row) => row.owner !== "").length})`, content: <Owners view={asked.answer} filter={filter} onFilter={onFilter} onFindings={onFindings} /> },
              { key: "incomplete", title: `Missing or misspelled (${asked.answer.incomplete.length})`, content: <Incomplete view={asked.answer} filter={filter} onFilter={onFilter} onCluster={onCluster} /> },
            ]}
          />
        </>
      ) : null}
    </div>
  );
}

const nameOf = (row: OwnerRow) => row.owner || "nobody";

const OWNERS: Column<OwnerRow>[] = [
  { key: "owner", title: "Owner", width: "minmax(120px, 2fr)", sortable: true, cell: (row) => (row.owner ? row.owner : <strong className="exposure-broad">nobody</strong>), hint: nameOf },
  { key: "teams", title: "Teams", width: "minmax(80px, 1.2fr)", sortable: false, cell: (row) => row.teams.join(", "), hint: (row) => row.teams.join(", ") },
  { key: "clusters", title: "Clusters", width: "68px", sortable: true, numeric: true, cell: (row) => row.clusters },
  { key: "critical", title: "Critical", width: "64px", sortable: true, numeric: true, cell: (row) => row.critical },
  { key: "high", title: "High", width: "52px", sortable: true, numeric: true, cell: (row) => row.high },
  { key: "medium", title: "Medium", width: "66px", sortable: true, numeric: true, cell: (row) => row.medium },
  { key: "low", title: "Low", width: "48px", sortable: true, numeric: true, cell: (row) => row.low },
  { key: "notAssessed", title: "Not assessed", width: "96px", sortable: true, numeric: true, cell: (row) => row.notAssessed },
  { key: "score", title: "Score", width: "56px", sortable: true, numeric: true, cell: (row) => row.score ?? "none", hint: (row) => (row.score === null ? "Nothing could be assessed" : `${row.score} of 100`) },
];
const NARROW = new Set(["owner", "clusters", "critical", "high", "score"]);

function valueOf(row: OwnerRow, by: string): string | number | null {
  switch (by) {
    case "owner":
      return nameOf(row);
    case "clusters":
      return row.clusters;
    case "high":
      return row.high;
    case "medium":
      return row.medium;
    case "low":
      return row.low;
    case "notAssessed":
      return row.notAssessed;
    case "score":
      return row.score;
    default:
      return row.critical;
  }
}

interface Narrowed {
  view: OwnersView;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
}

function Search({ label, filter, onText }: { label: string; filter: ListFilter; onText: (text: string) => void }) {
  return (
    <div className="filters" role="search" aria-label={label}>
      <ListSearch label={label} text={filter.text} onText={onText} narrowed={filter.text !== ""} onClear={() => onText("")} />
    </div>
  );
}

function Nothing() {
  return (
    <div className="listbox">
      <Empty title="Nothing matches this search" />
    </div>
  );
}

function Owners({ view, filter, onFilter, onFindings }: Narrowed & { onFindings: Props["onFindings"] }) {
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<OwnerRow | null>(null);
  // as it comes: the worst first
  const [sort, setSort] = useState<Sort>({ by: "", descending: true });
  const rows = useMemo(() => {
    const found = holding(view.owners, filter.text, (row) => [nameOf(row), ...row.teams, ...row.costCentres]);
    return sort.by === "" ? found : sorted(found, (row) => valueOf(row, sort.by), sort.descending);
  }, [view.owners, filter.text, sort]);
  const columns = useMemo(() => (open ? OWNERS.filter((column) => NARROW.has(column.key)) : OWNERS), [open]);
  const close = useCallback(() => setOpen(null), []);
  useEscape(close);
  if (view.owners.length === 0) return <Empty title="No cluster was read" />;
  const change = (text: string) => {
    setActive(-1);
    onFilter({ ...wholeList, text });
  };
  return (
    <>
      <Search label="Search owners" filter={filter} onText={change} />
      <div className={`split${open ? " open" : ""}`}>
        {rows.length === 0 ? (
          <Nothing />
        ) : (
          <DataTable
            label="Owners"
            columns={columns}
            count={rows.length}
            row={(index) => rows[index]}
            active={active}
            onActive={setActive}
            onOpen={(index) => setOpen(rows[index] ?? null)}
            sort={sort.by}
            descending={sort.descending}
            onSort={(by) => setSort(turned(sort, by, by !== "owner" && by !== "score"))}
          />
        )}
        {open ? <Owner row={open} inherits={view.inherits} onClose={close} onFindings={onFindings} /> : null}
      </div>
    </>
  );
}

function Owner({ row, inherits, onClose, onFindings }: { row: OwnerRow; inherits: boolean; onClose: () => void; onFindings: Props["onFindings"] }) {
  return (
    <Pane label="Owner" onClose={onClose}>
      <section>
        <h2>{row.owner || "Nobody is named"}</h2>
        <p>
          {counted(row.clusters, "cluster", "clusters")}, score {row.score ?? "none: nothing could be assessed"}
        </p>
      </section>
      <section>
        <h3>Open findings</h3>
        <p>
          {row.critical} critical, {row.high} high, {row.medium} medium, {row.low} low; {counted(row.notAssessed, "test", "tests")} not assessed
        </p>
        <p>
          <button type="button" className="linklike" onClick={() => onFindings(row.owner)}>
            Show the findings
          </button>
        </p>
        {inherits ? <p className="quiet small">The list of findings knows the tags of clusters only: it may be shorter than these numbers.</p> : null}
      </section>
      <section>
        <h3>Teams</h3>
        <p>{row.teams.join(", ") || "none named"}</p>
      </section>
      <section>
        <h3>Cost centres</h3>
        <p>{row.costCentres.join(", ") || "none named"}</p>
      </section>
    </Pane>
  );
}

const missing = (text: string) => (text ? text : <span className="exposure-broad">✕ missing</span>);

const INCOMPLETE: Column<OwnedRow>[] = [
  { key: "name", title: "Cluster", width: "minmax(110px, 1.4fr)", sortable: false, cell: (row) => (row.instance ? `${row.name} [${row.instance}]` : row.name), hint: (row) => row.id },
  { key: "owner", title: "Owner", width: "minmax(90px, 1.4fr)", sortable: false, cell: (row) => <span>{missing(row.owner)} <span className="quiet">{namedOn(row.namedOn)}</span></span>, hint: (row) => `${row.owner || "missing"} ${namedOn(row.namedOn)}` },
  { key: "team", title: "Team", width: "minmax(80px, 1fr)", sortable: false, cell: (row) => missing(row.team), hint: (row) => row.team || "missing" },
  { key: "costCentre", title: "Cost centre", width: "minmax(80px, 1fr)", sortable: false, cell: (row) => missing(row.costCentre), hint: (row) => row.costCentre || "missing" },
  { key: "nearMiss", title: "Looks like a slip", width: "minmax(110px, 1.6fr)", sortable: false, cell: (row) => row.nearMiss, hint: (row) => row.nearMiss },
];

function Incomplete({ view, filter, onFilter, onCluster }: Narrowed & { onCluster: Props["onCluster"] }) {
  const [active, setActive] = useState(-1);
  const rows = useMemo(() => holding(view.incomplete, filter.text, (row) => [row.name, row.owner, row.team, row.costCentre, row.nearMiss]), [view.incomplete, filter.text]);
  const change = (text: string) => {
    setActive(-1);
    onFilter({ ...wholeList, text });
  };
  if (view.incomplete.length === 0) return <Empty title={view.clusters === 0 ? "No cluster was read" : "Every cluster names all three"} />;
  const open = (index: number) => {
    const row = rows[index];
    if (row) onCluster(row.id, row.instance);
  };
  return (
    <>
      <Search label="Search clusters" filter={filter} onText={change} />
      <div className="split">{rows.length === 0 ? <Nothing /> : <DataTable label="Clusters with missing or misspelled tags" columns={INCOMPLETE} count={rows.length} row={(index) => rows[index]} active={active} onActive={setActive} onOpen={open} />}</div>
    </>
  );
}
