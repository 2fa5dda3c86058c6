// What code declares against what is deployed.
import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { DataTable, type Column } from "../components/DataTable";
import { FilterChips } from "../components/FilterChips";
import { IdLine } from "../components/IdLine";
import { ListSearch } from "../components/ListSearch";
import { MarkedWord } from "../components/Marked";
import { Pane } from "../components/Pane";
import { Empty, Problem, Progress, Skeleton } from "../components/Problem";
import type { DriftRow, DriftView, EngagementView } from "../ipc/host";
import { useAsked, useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { useWork } from "../state/progress";
import { holding } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { driftHeadline, driftMark } from "../words/access";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  /** The engagement after it was audited again with the code. */
  onAudited: (opened: EngagementView) => void;
}

const COLUMNS: Column<DriftRow>[] = [
  { key: "kind", title: "Kind", width: "176px", sortable: false, cell: (row) => <MarkedWord marked={driftMark(row.kind)} />, hint: (row) => row.kind },
  { key: "cluster", title: "Cluster", width: "minmax(90px, 1fr)", sortable: false, cell: (row) => row.cluster, hint: (row) => row.clusterId },
  { key: "what", title: "What", width: "minmax(90px, 1.2fr)", sortable: false, cell: (row) => row.what, hint: (row) => row.what },
  { key: "declared", title: "Declared", width: "minmax(80px, 1.2fr)", sortable: false, cell: (row) => row.declared, hint: (row) => row.declared },
  { key: "deployed", title: "Deployed", width: "minmax(80px, 1.2fr)", sortable: false, cell: (row) => row.deployed, hint: (row) => row.deployed },
  { key: "code", title: "Code", width: "minmax(80px, 1.2fr)", sortable: false, cell: (row) => row.code, hint: (row) => row.code },
];
const NARROW = new Set(["kind", "cluster", "what"]);

export function DeclaredPage({ stamp, filter, onFilter, onAudited }: Props) {
  const host = useHost();
  const work = useWork();
  const asked = useAsked(`drift ${stamp}`, (h) => h.drift());
  const add = () =>
    void work.run("Choosing files", async (onProgress) => {
      const paths = await host.chooseFiles();
      if (paths.length === 0) return;
      onProgress({ step: "Reading the code and auditing again", done: 0, total: 0 });
      onAudited(await host.addCode(paths));
    });
  const button = (
    <Button id="add-code" size="small" appearance="primary" disabled={work.running !== null} onClick={add}>
      Add code
    </Button>
  );
  const hasCode = asked.state === "here" && (asked.answer.files.length > 0 || asked.answer.rows.length > 0);
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Declared against deployed</h1>
        {asked.state === "here" && hasCode ? (
          <p className="quiet small" role="status">
            {driftHeadline(asked.answer)}
          </p>
        ) : null}
      </div>
      {work.running ? <Progress progress={work.running} /> : null}
      {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" && hasCode ? (
        <>
          <div className="row small">
            {button}
            <span className="quiet" title={asked.answer.files.join("\n")}>
              Read: {asked.answer.files.slice(0, 3).join(", ")}
              {asked.answer.files.length > 3 ? ` and ${asked.answer.files.length - 3} more` : ""}
            </span>
          </div>
          <Rows key={stamp} view={asked.answer} filter={filter} onFilter={onFilter} />
        </>
      ) : null}
      {asked.state === "here" && !hasCode ? (
        <Empty title="No code was read">
          <p className="quiet">Add Terraform state or plan as JSON, an ARM template or compiled Bicep, to see where it and Azure disagree.</p>
          <p className="quiet small mono">terraform show -json &gt; plan.json · az bicep build --file main.bicep</p>
          {button}
        </Empty>
      ) : null}
    </div>
  );
}

function Rows({ view, filter, onFilter }: { view: DriftView; filter: ListFilter; onFilter: Props["onFilter"] }) {
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<DriftRow | null>(null);
  const rows = useMemo(() => {
    const kinds = view.rows.filter((row) => filter.kinds.length === 0 || filter.kinds.includes(row.kind));
    return holding(kinds, filter.text, (row) => [row.cluster, row.what, row.declared, row.deployed, row.code]);
  }, [view.rows, filter]);
  const columns = useMemo(() => (open ? COLUMNS.filter((column) => NARROW.has(column.key)) : COLUMNS), [open]);
  const chips = view.kinds.map((kind) => ({ key: kind.key, marked: driftMark(kind.key), count: kind.count }));
  const close = useCallback(() => setOpen(null), []);
  useEscape(close);
  const change = (part: Partial<ListFilter>) => {
    setActive(-1);
    onFilter({ ...filter, ...part });
  };
  return (
    <>
      <div className="filters" role="search" aria-label="Filter what is declared">
        <ListSearch label="Search what is declared" text={filter.text} onText={(text) => change({ text })} narrowed={filter.text !== "" || filter.kinds.length > 0} onClear={() => change(wholeList)} />
        <FilterChips label="Kinds, with how many there are" chips={chips} chosen={filter.kinds} onChange={(kinds) => change({ kinds })} />
      </div>
      <div className={`split${open ? " open" : ""}`}>
        {rows.length === 0 ? (
          <div className="listbox">
            <Empty title={view.rows.length === 0 ? "The code declares nothing about these clusters" : "Nothing matches these filters"} />
          </div>
        ) : (
          <DataTable label="Declared and deployed" columns={columns} count={rows.length} row={(index) => rows[index]} active={active} onActive={setActive} onOpen={(index) => setOpen(rows[index] ?? null)} />
        )}
        {open ? <Whole row={open} onClose={close} /> : null}
      </div>
    </>
  );
}

function Whole({ row, onClose }: { row: DriftRow; onClose: () => void }) {
  const texts: [string, string][] = [["Declared", row.declared], ["Deployed", row.deployed], ["Code", row.code || "no code names it"]];
  return (
    <Pane label="Declared and deployed" onClose={onClose}>
      <section>
        <MarkedWord marked={driftMark(row.kind)} />
        <h2>{row.what}</h2>
        <p>{row.cluster}</p>
        <IdLine id={row.clusterId} />
      </section>
      {texts.map(([title, text]) => (
        <section key={title}>
          <h3>{title}</h3>
          <p className="mono">{text}</p>
        </section>
      ))}
    </Pane>
  );
}
