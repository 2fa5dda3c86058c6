// Clusters against the services that support Trusted Access: one mark a cell.
import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { FilterChips } from "../components/FilterChips";
import { IdLine } from "../components/IdLine";
import { ListSearch } from "../components/ListSearch";
import { MarkedWord } from "../components/Marked";
import { Pane } from "../components/Pane";
import { Empty, Problem } from "../components/Problem";
import { ExposureBadge } from "../components/Severity";
import type { MatrixPage, MatrixRowView } from "../ipc/host";
import { useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { usePagedRows } from "../state/rows";
import { wholeList, type ListFilter } from "../state/view";
import { matrixMark, matrixMeaning, shortMatrixMark, shortService } from "../words/access";

interface Props {
  stamp: string;
  /** Counts of the whole matrix. */
  whole: MatrixPage;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onCluster: (id: string, instance: string, tab?: string) => void;
}

const CLUSTER: Column<MatrixRowView> = { key: "name", title: "Cluster", width: "minmax(150px, 1.3fr)", sortable: false, cell: (row) => (row.instance ? `${row.name} [${row.instance}]` : row.name), hint: (row) => row.id };
const EXPOSURE: Column<MatrixRowView> = { key: "exposure", title: "API server", width: "minmax(110px, 1.2fr)", sortable: false, cell: (row) => <ExposureBadge label={row.exposure} />, hint: (row) => row.exposure };

function columnsOf(services: string[], narrow: boolean): Column<MatrixRowView>[] {
  const cells = services.map((service, index): Column<MatrixRowView> => {
    const state = (row: MatrixRowView) => row.cells[index]?.state ?? "unknown";
    return { key: service, title: narrow ? shortService(service) : service, width: narrow ? "minmax(60px, 1fr)" : "minmax(76px, 1.3fr)", sortable: false, cell: (row) => <MarkedWord marked={narrow ? shortMatrixMark(state(row)) : matrixMark(state(row))} />, hint: (row) => `${service}: ${state(row)}. ${row.cells[index]?.detail ?? ""}` };
  });
  return narrow ? [CLUSTER, ...cells] : [CLUSTER, EXPOSURE, ...cells];
}

export function MatrixList({ stamp, whole, filter, onFilter, onCluster }: Props) {
  const host = useHost();
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<MatrixRowView | null>(null);
  const rows = usePagedRows<MatrixRowView, MatrixPage>(`${stamp} ${JSON.stringify(filter)}`, (offset, limit) => host.matrix({ ...filter, offset, limit }));
  const columns = useMemo(() => columnsOf(whole.services, open !== null), [whole.services, open]);
  const chips = whole.states.map((state) => ({ key: state.key, marked: matrixMark(state.key), count: state.count, hint: matrixMeaning(state.key) }));
  const close = useCallback(() => setOpen(null), []);
  useEscape(close);
  const change = (part: Partial<ListFilter>) => {
    setActive(-1);
    onFilter({ ...filter, ...part });
  };
  return (
    <>
      <div className="filters" role="search" aria-label="Filter the matrix">
        <ListSearch label="Search clusters" text={filter.text} onText={(text) => change({ text })} narrowed={filter.text !== "" || filter.kinds.length > 0} onClear={() => change(wholeList)} />
        <FilterChips label="States, with how many cells are in each" chips={chips} chosen={filter.kinds} onChange={(kinds) => change({ kinds })} />
      </div>
      {rows.problem ? <Problem problem={rows.problem} /> : null}
      <div className={`split${open ? " open" : ""}`}>
        {rows.page && rows.matching === 0 ? (
          <div className="listbox">
            <Empty title={whole.all === 0 ? "No cluster was read" : "Nothing matches these filters"} />
          </div>
        ) : (
          <DataTable label="Clusters and services" columns={columns} count={rows.matching} row={rows.row} need={rows.need} active={active} onActive={setActive} onOpen={(index) => setOpen(rows.row(index) ?? null)} />
        )}
        {open ? <Row row={open} services={whole.services} onClose={close} onCluster={onCluster} /> : null}
      </div>
    </>
  );
}

function Row({ row, services, onClose, onCluster }: { row: MatrixRowView; services: string[]; onClose: () => void; onCluster: Props["onCluster"] }) {
  return (
    <Pane label="Cluster" onClose={onClose}>
      <section>
        <h2>{row.name}</h2>
        <p>
          <ExposureBadge label={row.exposure} /> <span className="quiet">in {row.subscription}</span>
        </p>
        <IdLine id={row.id} />
      </section>
      {services.map((service, index) => (
        <section key={service}>
          <h3>{service}</h3>
          <p>
            <MarkedWord marked={matrixMark(row.cells[index]?.state ?? "unknown")} />
          </p>
          <p>{row.cells[index]?.detail || `${matrixMeaning(row.cells[index]?.state ?? "unknown")}.`}</p>
        </section>
      ))}
      <div className="row">
        <Button size="small" onClick={() => onCluster(row.id, row.instance, "doors")}>
          Its doors
        </Button>
        <Button size="small" onClick={() => onCluster(row.id, row.instance, "plan")}>
          Its closing plan
        </Button>
      </div>
    </Pane>
  );
}
