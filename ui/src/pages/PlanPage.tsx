// Closing plans of the fleet, and what would come of them. Nothing here changes anything in Azure.
import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { ListSearch } from "../components/ListSearch";
import { Pane } from "../components/Pane";
import { Empty, Problem, Progress, Skeleton } from "../components/Problem";
import { SavedNote } from "../components/SavedNote";
import { ExposureBadge } from "../components/Severity";
import { WhatIfFigures, WhatIfList } from "../components/WhatIf";
import type { FleetPlanRow, FleetPlanView, WhatIfView } from "../ipc/host";
import { useExport } from "../state/exporting";
import { useAsked, useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { useWork } from "../state/progress";
import { holding, sorted, turned, type Sort } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { firstStep, planHeadline } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onCluster: (id: string, instance: string, tab?: string) => void;
}

const COLUMNS: Column<FleetPlanRow>[] = [
  { key: "name", title: "Cluster", width: "minmax(100px, 1.3fr)", sortable: true, cell: (row) => (row.instance ? `${row.name} [${row.instance}]` : row.name), hint: (row) => row.id },
  { key: "exposure", title: "API server", width: "minmax(110px, 1.3fr)", sortable: true, cell: (row) => <ExposureBadge label={row.exposure} />, hint: (row) => row.exposure },
  { key: "steps", title: "Steps", width: "60px", sortable: true, numeric: true, cell: (row) => row.steps },
  { key: "heldBack", title: "Held back", width: "84px", sortable: true, numeric: true, cell: (row) => row.heldBack },
  { key: "unsure", title: "All known", width: "88px", sortable: true, cell: (row) => (row.unsure ? "? not all" : "✓ yes"), hint: (row) => (row.unsure ? "A door, or something that may use one, was not read" : "Nothing that a step needs to know was left unread") },
  { key: "first", title: "First step", width: "minmax(110px, 2fr)", sortable: true, cell: firstStep, hint: firstStep },
];
const NARROW = new Set(["name", "steps", "heldBack", "first"]);
const NUMBERS = new Set(["steps", "heldBack", "unsure"]);

function valueOf(row: FleetPlanRow, by: string): string | number {
  switch (by) {
    case "name":
      return row.name;
    case "exposure":
      return row.exposure;
    case "heldBack":
      return row.heldBack;
    case "unsure":
      return Number(row.unsure);
    case "first":
      return row.first;
    default:
      return row.steps;
  }
}

export function PlanPage({ stamp, filter, onFilter, onCluster }: Props) {
  const asked = useAsked(`fleet plan ${stamp}`, (host) => host.fleetPlan());
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Closing plan</h1>
        {asked.state === "here" ? (
          <p className="quiet small" role="status">
            {planHeadline(asked.answer)}
          </p>
        ) : null}
      </div>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Whole key={stamp} plan={asked.answer} filter={filter} onFilter={onFilter} onCluster={onCluster} /> : null}
    </div>
  );
}

function Whole({ plan, filter, onFilter, onCluster }: Omit<Props, "stamp"> & { plan: FleetPlanView }) {
  const host = useHost();
  const work = useWork();
  const exporting = useExport();
  const [active, setActive] = useState(-1);
  const [sort, setSort] = useState<Sort>({ by: "steps", descending: true });
  const [imagined, setImagined] = useState<WhatIfView | null>(null);
  const [listed, setListed] = useState(false);
  const rows = useMemo(() => sorted(holding(plan.rows, filter.text, (row) => [row.name, row.subscription, row.exposure, row.first]), (row) => valueOf(row, sort.by), sort.descending), [plan.rows, filter.text, sort]);
  const columns = useMemo(() => (listed ? COLUMNS.filter((column) => NARROW.has(column.key)) : COLUMNS), [listed]);
  const close = useCallback(() => setListed(false), []);
  useEscape(close);
  const imagine = () =>
    void work.run("Running every rule again with the steps done", async () => {
      setImagined(await host.imagine({ cluster: "", steps: [] }));
      setListed(true);
    });
  const change = (text: string) => {
    setActive(-1);
    onFilter({ ...wholeList, text });
  };
  const open = (index: number) => {
    const row = rows[index];
    if (row) onCluster(row.id, row.instance, "plan");
  };
  return (
    <>
      <section className="card whatif" aria-label="What if, for the fleet">
        <div className="row">
          <Button id="imagine-fleet" appearance="primary" size="small" disabled={work.running !== null || plan.steps === plan.heldBack} onClick={imagine}>
            What if every step that is not held back were done?
          </Button>
          <Button size="small" disabled={exporting.work.running !== null || plan.steps === 0} onClick={() => exporting.save("code")}>
            Export as code
          </Button>
          {imagined && !listed ? (
            <Button size="small" appearance="subtle" onClick={() => setListed(true)}>
              Show what is closed and opened
            </Button>
          ) : null}
          <span className="quiet small">Computed on this machine, from the snapshot. Nothing changes in Azure.</span>
        </div>
        {work.running ? <Progress progress={work.running} /> : null}
        {work.problem ? <Problem problem={work.problem} again={imagine} dismiss={work.clear} /> : null}
        {imagined ? <WhatIfFigures view={imagined} /> : null}
        <SavedNote running={exporting.work.running} problem={exporting.work.problem} saved={exporting.saved} onDismiss={exporting.work.clear} onFolder={exporting.openFolder} />
      </section>
      <div className="filters" role="search" aria-label="Filter plans">
        <ListSearch label="Search plans" text={filter.text} onText={change} narrowed={filter.text !== ""} onClear={() => change("")} />
        <p className="quiet small" role="status">
          {rows.length.toLocaleString("en-GB")} of {counted(plan.rows.length, "cluster", "clusters")}
        </p>
      </div>
      <div className={`split${listed && imagined ? " open" : ""}`}>
        {rows.length === 0 ? (
          <div className="listbox">
            <Empty title={plan.rows.length === 0 ? "No cluster was read" : "Nothing matches this search"} />
          </div>
        ) : (
          <DataTable
            label="Closing plans"
            columns={columns}
            count={rows.length}
            row={(index) => rows[index]}
            active={active}
            onActive={setActive}
            onOpen={open}
            sort={sort.by}
            descending={sort.descending}
            onSort={(by) => setSort(turned(sort, by, NUMBERS.has(by)))}
          />
        )}
        {listed && imagined ? <Changed view={imagined} onClose={close} /> : null}
      </div>
    </>
  );
}

function Changed({ view, onClose }: { view: WhatIfView; onClose: () => void }) {
  return (
    <Pane label="What would change" onClose={onClose}>
      <section>
        <h2>What would change</h2>
        <p className="quiet small">{counted(view.steps, "change", "changes")} of configuration applied in memory; the rules are the same.</p>
      </section>
      <WhatIfList title="Opened" lines={view.opened} count={view.openedCount} none="No finding would be new." />
      <WhatIfList title="Closed" lines={view.closed} count={view.closedCount} none="No finding would go." />
    </Pane>
  );
}
