// Every Trusted Access binding: who is let in, as what, and what is wrong with it.
import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { IdLine } from "../components/IdLine";
import { ListSearch } from "../components/ListSearch";
import { MarkedWord } from "../components/Marked";
import { Pane } from "../components/Pane";
import { Empty, Problem } from "../components/Problem";
import { SeverityBadge } from "../components/Severity";
import type { BindingPage, BindingRow } from "../ipc/host";
import { useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { usePagedRows } from "../state/rows";
import { wholeList, type ListFilter } from "../state/view";
import { bindingsHeadline, madeByWords, originMark, provisioningMark, severitiesInWords, shortRole } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onCluster: (id: string, instance: string, tab?: string) => void;
}

function FindingCell({ row }: { row: BindingRow }) {
  const worst = row.findings[0];
  if (!worst) return <span className="quiet">none</span>;
  return (
    <span>
      <SeverityBadge severity={worst.severity} /> {row.findings.length > 1 ? <span className="quiet">and {row.findings.length - 1} more</span> : null}
    </span>
  );
}

const COLUMNS: Column<BindingRow>[] = [
  { key: "name", title: "Binding", width: "minmax(90px, 1.2fr)", sortable: false, cell: (row) => row.name, hint: (row) => row.id },
  { key: "cluster", title: "Cluster", width: "minmax(90px, 1.2fr)", sortable: false, cell: (row) => row.cluster, hint: (row) => row.clusterId },
  { key: "source", title: "Held by", width: "minmax(90px, 1.2fr)", sortable: false, cell: (row) => row.sourceName, hint: (row) => row.source },
  { key: "roles", title: "Roles", width: "minmax(80px, 1.2fr)", sortable: false, cell: (row) => row.roles.map(shortRole).join(", "), hint: (row) => row.roles.join(", ") },
  { key: "state", title: "State", width: "106px", sortable: false, cell: (row) => <MarkedWord marked={provisioningMark(row.state)} />, hint: (row) => row.state },
  { key: "origin", title: "Origin", width: "112px", sortable: false, cell: (row) => <MarkedWord marked={originMark(row.origin)} />, hint: madeByWords },
  { key: "findings", title: "Findings", width: "152px", sortable: false, cell: (row) => <FindingCell row={row} />, hint: (row) => severitiesInWords(row.findings.map((finding) => finding.severity)) },
];
const NARROW = new Set(["name", "cluster", "findings"]);

export function BindingList({ stamp, filter, onFilter, onCluster }: Props) {
  const host = useHost();
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<BindingRow | null>(null);
  const rows = usePagedRows<BindingRow, BindingPage>(`${stamp} ${filter.text}`, (offset, limit) => host.bindings({ text: filter.text, kinds: [], offset, limit }));
  const columns = useMemo(() => (open ? COLUMNS.filter((column) => NARROW.has(column.key)) : COLUMNS), [open]);
  const close = useCallback(() => setOpen(null), []);
  useEscape(close);
  const change = (text: string) => {
    setActive(-1);
    onFilter({ ...wholeList, text });
  };
  return (
    <>
      <div className="filters" role="search" aria-label="Filter bindings">
        <ListSearch label="Search bindings" text={filter.text} onText={change} narrowed={filter.text !== ""} onClear={() => change("")} />
        <p className="quiet small" role="status">
          {rows.page ? bindingsHeadline(rows.page) : ""}
        </p>
      </div>
      {rows.problem ? <Problem problem={rows.problem} /> : null}
      <div className={`split${open ? " open" : ""}`}>
        {rows.page && rows.matching === 0 ? (
          <div className="listbox">
            <Empty title={rows.page.all === 0 ? "No binding was read" : "Nothing matches this search"}>
              {rows.page.unread > 0 ? <p className="quiet">The bindings of {counted(rows.page.unread, "cluster", "clusters")} were not read: there may be some.</p> : null}
            </Empty>
          </div>
        ) : (
          <DataTable label="Bindings" columns={columns} count={rows.matching} row={rows.row} need={rows.need} active={active} onActive={setActive} onOpen={(index) => setOpen(rows.row(index) ?? null)} />
        )}
        {open ? <Whole row={open} onClose={close} onCluster={onCluster} /> : null}
      </div>
    </>
  );
}

function Whole({ row, onClose, onCluster }: { row: BindingRow; onClose: () => void; onCluster: Props["onCluster"] }) {
  return (
    <Pane label="Binding" onClose={onClose}>
      <section>
        <h2>{row.name}</h2>
        <p>
          <MarkedWord marked={provisioningMark(row.state)} />
        </p>
        <IdLine id={row.id} label="Copy id of the binding" />
      </section>
      <section>
        <h3>Made by</h3>
        <p>
          <MarkedWord marked={originMark(row.origin)} />
        </p>
        <p>{madeByWords(row)}</p>
      </section>
      <section>
        <h3>Cluster</h3>
        <p>
          <button type="button" className="linklike" onClick={() => onCluster(row.clusterId, row.instance, "doors")}>
            {row.cluster}
          </button>
        </p>
        <IdLine id={row.clusterId} label="Copy id of the cluster" />
      </section>
      <section>
        <h3>Held by</h3>
        <p>{row.sourceName}</p>
        <IdLine id={row.source} label="Copy id of the source" />
      </section>
      <section>
        <h3>Roles</h3>
        {row.roles.length === 0 ? <p className="quiet">No role was read.</p> : null}
        {row.roles.map((role) => (
          <IdLine key={role} id={role} label={`Copy role ${shortRole(role)}`} />
        ))}
      </section>
      <section>
        <h3>Findings</h3>
        {row.findings.length === 0 ? <p className="quiet">No rule fails on this binding. What was not assessed is listed under Findings.</p> : null}
        {row.findings.map((finding) => (
          <div key={`${finding.rule} ${finding.reason}`}>
            <p>
              <SeverityBadge severity={finding.severity} /> <strong>{finding.title}</strong> <span className="quiet">{finding.rule}</span>
            </p>
            <p>{finding.reason}</p>
          </div>
        ))}
      </section>
      <div className="row">
        <Button size="small" onClick={() => onCluster(row.clusterId, row.instance, "plan")}>
          Closing plan of the cluster
        </Button>
      </div>
    </Pane>
  );
}
