// All clusters, and one of them.
import { Button, Input } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { FilterMenu } from "../components/FilterMenu";
import { Empty, Problem } from "../components/Problem";
import { ExposureBadge } from "../components/Severity";
import type { ClusterPage, ClusterRow } from "../ipc/host";
import { useHost } from "../state/host";
import { usePagedRows } from "../state/rows";
import type { OpenCluster } from "../state/view";
import { counted } from "../words/words";
import { ClusterDetails } from "./ClusterDetails";

interface Props {
  stamp: string;
  text: string;
  exposures: string[];
  onFilter: (text: string, exposures: string[]) => void;
  open: OpenCluster | null;
  onOpen: (cluster: OpenCluster) => void;
  /** From one cluster to where it was opened. */
  onBack: () => void;
  onFinding: (id: string) => void;
}

const COLUMNS: Column<ClusterRow>[] = [
  { key: "name", title: "Cluster", width: "minmax(100px, 1.4fr)", sortable: true, cell: (row) => (row.instance ? `${row.name} [${row.instance}]` : row.name), hint: (row) => row.id },
  { key: "exposure", title: "API server", width: "minmax(110px, 1.5fr)", sortable: true, cell: (row) => <ExposureBadge label={row.exposure} stopped={row.stopped} />, hint: (row) => (row.stopped ? `${row.exposure} (stopped)` : row.exposure) },
  { key: "subscription", title: "Subscription", width: "minmax(70px, 1fr)", sortable: true, cell: (row) => row.subscription },
  { key: "location", title: "Region", width: "96px", sortable: true, cell: (row) => row.location },
  { key: "version", title: "Version", width: "62px", sortable: true, cell: (row) => row.version },
  { key: "owner", title: "Owner", width: "minmax(60px, 1fr)", sortable: true, cell: (row) => row.owner, hint: (row) => row.owner },
  { key: "bindings", title: "Bindings", width: "66px", sortable: false, numeric: true, cell: (row) => row.bindings },
  { key: "worst", title: "C / H / M / L", width: "112px", sortable: true, numeric: true, cell: (row) => `${row.critical} / ${row.high} / ${row.medium} / ${row.low}`, hint: (row) => `${row.critical} critical, ${row.high} high, ${row.medium} medium, ${row.low} low` },
];

export function ClustersPage({ stamp, text, exposures, onFilter, open, onOpen, onBack, onFinding }: Props) {
  const host = useHost();
  const [sort, setSort] = useState({ by: "worst", descending: false });
  const [active, setActive] = useState(-1);
  const key = `${stamp} ${text} ${exposures.join("|")} ${sort.by} ${String(sort.descending)}`;
  const rows = usePagedRows<ClusterRow, ClusterPage>(key, (offset, limit) => host.clusters({ text, exposures, sort: sort.by, descending: sort.descending, offset, limit }));
  if (open) {
    return <ClusterDetails key={`${open.id} ${open.instance}`} stamp={stamp} cluster={open} onTab={(tab) => onOpen({ ...open, tab })} onBack={onBack} onFinding={onFinding} />;
  }
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Clusters</h1>
        <p className="quiet small" role="status">
          {rows.page ? `${counted(rows.matching, "cluster", "clusters")} of ${rows.page.all}` : ""}
        </p>
      </div>
      <div className="filters" role="search" aria-label="Filter clusters">
        <Input id="search" size="small" contentBefore={<SearchRegular />} placeholder="Search" aria-label="Search clusters" value={text} onChange={(_, data) => onFilter(data.value, exposures)} />
        <FilterMenu name="API server" choices={rows.page?.exposures ?? []} chosen={exposures} onChange={(chosen) => onFilter(text, chosen)} />
        {text || exposures.length > 0 ? (
          <Button size="small" appearance="subtle" onClick={() => onFilter("", [])}>
            Clear filters
          </Button>
        ) : null}
      </div>
      {rows.problem ? <Problem problem={rows.problem} /> : null}
      <div className="split">
        {rows.page && rows.matching === 0 ? (
          <div className="listbox">
            <Empty title={rows.page.all === 0 ? "No cluster was read" : "Nothing matches these filters"} />
          </div>
        ) : (
          <DataTable
            label="Clusters"
            columns={COLUMNS}
            count={rows.matching}
            row={rows.row}
            need={rows.need}
            active={active}
            onActive={setActive}
            onOpen={(index) => {
              const row = rows.row(index);
              if (row) onOpen({ id: row.id, instance: row.instance });
            }}
            sort={sort.by}
            descending={sort.descending}
            onSort={(by) => setSort({ by, descending: sort.by === by ? !sort.descending : false })}
          />
        )}
      </div>
    </div>
  );
}
