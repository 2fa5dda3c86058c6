// Azure Policy definitions to take away. Quaymaster deploys none of them.
import { Button, Field, Input } from "@fluentui/react-components";
import { useCallback, useMemo, useState } from "react";
import { CopyableCode } from "../components/Code";
import { DataTable, type Column } from "../components/DataTable";
import { ListSearch } from "../components/ListSearch";
import { Pane } from "../components/Pane";
import { Empty, Problem, Skeleton } from "../components/Problem";
import { SavedNote } from "../components/SavedNote";
import type { GuardrailView } from "../ipc/host";
import { useExport } from "../state/exporting";
import { useAsked } from "../state/host";
import { useEscape } from "../state/keys";
import { holding } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { problemWithManagementGroup } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onFindings: (rules: string[]) => void;
}

const COLUMNS: Column<GuardrailView>[] = [
  { key: "title", title: "Policy", width: "minmax(150px, 1.6fr)", sortable: false, cell: (row) => row.title, hint: (row) => row.title },
  { key: "what", title: "What it reports", width: "minmax(120px, 1.8fr)", sortable: false, cell: (row) => row.what, hint: (row) => row.what },
  { key: "rules", title: "Agrees with", width: "minmax(90px, 0.8fr)", sortable: false, cell: (row) => row.rules.join(", "), hint: (row) => row.rules.join(", ") },
  { key: "findings", title: "Findings today", width: "108px", sortable: false, numeric: true, cell: (row) => row.findings, hint: (row) => counted(row.findings, "open finding of these rules", "open findings of these rules") },
];
const NARROW = new Set(["title", "findings"]);

/** Stands in the files until somebody writes the real one. */
const UNNAMED = "YOUR-MANAGEMENT-GROUP";

export function GuardrailsPage({ stamp, ...rest }: Props) {
  const asked = useAsked(`guardrails ${stamp}`, (host) => host.guardrails());
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Guardrails</h1>
        {asked.state === "here" ? (
          <p className="quiet small" role="status">
            {counted(asked.answer.length, "Azure Policy definition", "Azure Policy definitions")} to take away. Quaymaster never deploys them: somebody with the right to write policies does.
          </p>
        ) : null}
      </div>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Whole guardrails={asked.answer} {...rest} /> : null}
    </div>
  );
}

function Whole({ guardrails, filter, onFilter, onFindings }: Omit<Props, "stamp"> & { guardrails: GuardrailView[] }) {
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<string | null>(null);
  const rows = useMemo(() => holding(guardrails, filter.text, (row) => [row.title, row.what, row.file, ...row.rules]), [guardrails, filter.text]);
  const shown = guardrails.find((guardrail) => guardrail.name === open);
  const columns = useMemo(() => (shown ? COLUMNS.filter((column) => NARROW.has(column.key)) : COLUMNS), [shown]);
  const close = useCallback(() => setOpen(null), []);
  useEscape(close);
  const change = (text: string) => {
    setActive(-1);
    onFilter({ ...wholeList, text });
  };
  return (
    <>
      <Export />
      <div className="filters" role="search" aria-label="Filter policies">
        <ListSearch label="Search policies" text={filter.text} onText={change} narrowed={filter.text !== ""} onClear={() => change("")} />
      </div>
      <div className={`split${shown ? " open" : ""}`}>
        {rows.length === 0 ? (
          <div className="listbox">
            <Empty title="Nothing matches this search" />
          </div>
        ) : (
          <DataTable label="Policies" columns={columns} count={rows.length} row={(index) => rows[index]} active={active} onActive={setActive} onOpen={(index) => setOpen(rows[index]?.name ?? null)} />
        )}
        {shown ? <Policy key={shown.name} guardrail={shown} onClose={close} onFindings={onFindings} /> : null}
      </div>
    </>
  );
}

function Export() {
  const [group, setGroup] = useState("");
  const exporting = useExport();
  const wrong = problemWithManagementGroup(group.trim());
  return (
    <section className="card whatif" aria-label="Export">
      <div className="row ends">
        <Field label="Management group" size="small" {...(wrong === "" ? {} : { validationMessage: wrong })}>
          <Input id="management-group" size="small" placeholder="management group id" value={group} onChange={(_, data) => setGroup(data.value)} />
        </Field>
        <Button size="small" appearance="primary" disabled={exporting.work.running !== null || wrong !== ""} onClick={() => exporting.save("guardrails", "", group.trim() || UNNAMED)}>
          Export policies and templates
        </Button>
        <span className="quiet small">A zip with the definitions, an initiative, templates, and how to deploy them and take them back.</span>
      </div>
      <SavedNote running={exporting.work.running} problem={exporting.work.problem} saved={exporting.saved} onDismiss={exporting.work.clear} onFolder={exporting.openFolder} />
      <details className="small">
        <summary>What Azure Policy cannot say</summary>
        <ul className="lines">
          <li>That a backup vault protects a cluster without a binding: vault, backup instance and binding are three resources, and a policy joins nothing. Rule TA-01 asks it.</li>
          <li>Whether a binding&apos;s source still exists or still uses the cluster: rules TA-03 and TA-04 ask it.</li>
          <li>What a Trusted Access binding holds, for certain: Azure publishes no alias for its fields, and may refuse the policy that guesses one.</li>
          <li>Who can get in: role assignments and credentials are not fields of a cluster. Doors shows them.</li>
        </ul>
      </details>
    </section>
  );
}

function Policy({ guardrail, onClose, onFindings }: { guardrail: GuardrailView; onClose: () => void; onFindings: Props["onFindings"] }) {
  return (
    <Pane label="Policy" onClose={onClose}>
      <section>
        <h2>{guardrail.title}</h2>
        <p>{guardrail.what}</p>
        <p className="quiet small mono">{guardrail.file}</p>
      </section>
      <section>
        <h3>Agrees with</h3>
        <p>
          {guardrail.rules.join(", ")}: {counted(guardrail.findings, "finding", "findings")} today{" "}
          {guardrail.findings > 0 ? (
            <button type="button" className="linklike" onClick={() => onFindings(guardrail.rules)}>
              Show them
            </button>
          ) : null}
        </p>
      </section>
      <section>
        <h3>Definition</h3>
        <CopyableCode text={guardrail.text} label="policy as JSON" />
      </section>
    </Pane>
  );
}
