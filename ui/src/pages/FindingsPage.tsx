// The list, and beside it the one that is open: what, why, evidence, fix.
import { Button, Input } from "@fluentui/react-components";
import { DismissRegular, SearchRegular } from "@fluentui/react-icons";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { FilterMenu } from "../components/FilterMenu";
import { Empty, Problem } from "../components/Problem";
import { SeverityBadge, StateMark } from "../components/Severity";
import type { FindingPage, FindingRow, FindingState, SeverityView } from "../ipc/host";
import { useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { usePagedRows } from "../state/rows";
import { isFiltered, noFilter, type FindingFilter } from "../state/view";
import { counted, severityWord, stateWord } from "../words/words";
import { FindingPane } from "./FindingPane";

interface Props {
  stamp: string;
  filter: FindingFilter;
  onFilter: (filter: FindingFilter) => void;
  open: string | null;
  onOpen: (id: string | null) => void;
  onCluster: (id: string, instance: string) => void;
}

const STATES: FindingState[] = ["open", "new", "not-assessed", "passed", "not-applicable"];
const SEVERITIES: SeverityView[] = ["critical", "high", "medium", "low", "info"];

const COLUMNS: Column<FindingRow>[] = [
  { key: "severity", title: "Severity", width: "92px", sortable: true, cell: (row) => <SeverityBadge severity={row.severity} /> },
  { key: "rule", title: "Rule", width: "76px", sortable: true, cell: (row) => row.rule },
  { key: "title", title: "Finding", width: "minmax(120px, 2fr)", sortable: false, cell: (row) => row.title, hint: (row) => row.reason },
  { key: "cluster", title: "Cluster", width: "minmax(90px, 1.2fr)", sortable: true, cell: (row) => (row.part ? `${row.cluster} / ${row.part}` : row.cluster), hint: (row) => row.clusterId },
  { key: "subscription", title: "Subscription", width: "minmax(70px, 1fr)", sortable: true, cell: (row) => row.subscription, hint: (row) => row.subscription },
  { key: "owner", title: "Owner", width: "minmax(60px, 1fr)", sortable: true, cell: (row) => row.owner, hint: (row) => row.owner },
  { key: "state", title: "State", width: "112px", sortable: false, cell: (row) => <StateMark state={row.state} /> },
];
/** Beside an open finding there is room for the first few only. */
const NARROW = new Set(["severity", "rule", "title", "cluster"]);

export function FindingsPage({ stamp, filter, onFilter, open, onOpen, onCluster }: Props) {
  const host = useHost();
  const key = `${stamp} ${JSON.stringify(filter)}`;
  const rows = usePagedRows<FindingRow, FindingPage>(key, (offset, limit) => host.findings({ ...filter, offset, limit }));
  const [active, setActive] = useState(-1);
  const columns = useMemo(() => (open ? COLUMNS.filter((column) => NARROW.has(column.key)) : COLUMNS), [open]);
  const page = rows.page;
  const change = (part: Partial<FindingFilter>) => {
    setActive(-1);
    onFilter({ ...filter, ...part });
  };
  const close = useCallback(() => onOpen(null), [onOpen]);
  useEscape(close);
  const openAt = (index: number) => {
    const row = rows.row(index);
    if (row) onOpen(row.id);
  };
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Findings</h1>
        {page ? <Counts page={page} state={filter.state} /> : null}
      </div>
      <div className="filters" role="search" aria-label="Filter findings">
        <Input id="search" size="small" contentBefore={<SearchRegular />} placeholder="Search" aria-label="Search findings" value={filter.text} onChange={(_, data) => change({ text: data.value })} />
        <FilterMenu name="Severity" choices={SEVERITIES.map((s) => ({ key: s, label: severityWord(s), count: page?.severities.find((c) => c.severity === s)?.count ?? 0 }))} chosen={filter.severities} onChange={(chosen) => change({ severities: chosen as SeverityView[] })} />
        <FilterMenu name="Rule" choices={(page?.rules ?? []).map((r) => ({ ...r, label: `${r.key} ${r.label}` }))} chosen={filter.rules} onChange={(rules) => change({ rules })} />
        <FilterMenu name="Subscription" choices={page?.subscriptions ?? []} chosen={filter.subscriptions} onChange={(subscriptions) => change({ subscriptions })} />
        <FilterMenu name="Owner" choices={page?.owners ?? []} chosen={filter.owners} onChange={(owners) => change({ owners })} />
        <label className="small row">
          State
          <select value={filter.state} onChange={(event) => change({ state: event.target.value as FindingState })}>
            {STATES.map((state) => (
              <option key={state} value={state}>
                {stateWord(state)}
              </option>
            ))}
          </select>
        </label>
        {isFiltered(filter) ? (
          <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => change(noFilter)}>
            Clear filters
          </Button>
        ) : null}
      </div>
      {rows.problem ? <Problem problem={rows.problem} /> : null}
      <div className={`split${open ? " open" : ""}`}>
        {page && rows.matching === 0 ? (
          <div className="listbox">
            <Empty title={isFiltered(filter) ? "Nothing matches these filters" : "No test failed"}>
              <p className="quiet">{isFiltered(filter) ? "Clear a filter to see more." : "Look at the coverage before you call that clean."}</p>
            </Empty>
          </div>
        ) : (
          <DataTable
            label="Findings"
            columns={columns}
            count={rows.matching}
            row={rows.row}
            need={rows.need}
            active={active}
            onActive={setActive}
            onOpen={openAt}
            sort={filter.sort}
            descending={filter.descending}
            onSort={(sort) => change({ sort, descending: filter.sort === sort ? !filter.descending : false })}
          />
        )}
        {open ? <FindingPane key={open} id={open} stamp={stamp} onClose={close} onCluster={onCluster} /> : null}
      </div>
    </div>
  );
}

function Counts({ page, state }: { page: FindingPage; state: FindingState }) {
  const parts = page.severities.filter((s) => s.count > 0).map((s) => `${s.count} ${s.severity}`);
  return (
    <p className="quiet small" role="status">
      {counted(page.matching, "row", "rows")} {state === "open" ? "open" : stateWord(state).toLowerCase()}
      {parts.length > 0 ? ` (${parts.join(" · ")})` : ""} on {counted(page.clusters, "cluster", "clusters")}; {page.notAssessed.toLocaleString("en-GB")} tests not assessed
    </p>
  );
}
