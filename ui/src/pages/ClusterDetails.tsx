// One cluster: its verdicts, its doors, the services that use it, the plan to close what is left, its document.
import { Button } from "@fluentui/react-components";
import { ArrowLeftRegular } from "@fluentui/react-icons";
import { useEffect, useRef } from "react";
import { CopyableCode } from "../components/Code";
import { MarkedWord } from "../components/Marked";
import { Problem, Skeleton } from "../components/Problem";
import { ExposureBadge, SeverityBadge, StateMark } from "../components/Severity";
import { Tabs } from "../components/Tabs";
import type { ClusterView } from "../ipc/host";
import { useAsked } from "../state/host";
import { useEscape } from "../state/keys";
import type { OpenCluster } from "../state/view";
import { provisioningMark } from "../words/access";
import { bindingsTitle, openVerdicts, verdictsInWords } from "../words/cluster";
import { backWord } from "../words/screens";
import { counted } from "../words/words";
import { ClusterDoors, ClusterIntegrations } from "./ClusterDoors";
import { ClusterPlan } from "./ClusterPlan";

interface Props {
  stamp: string;
  cluster: OpenCluster;
  onTab: (tab: string) => void;
  onBack: () => void;
  onFinding: (id: string) => void;
}

export function ClusterDetails({ stamp, cluster, onTab, onBack, onFinding }: Props) {
  const asked = useAsked(`cluster ${cluster.id} ${cluster.instance} ${stamp}`, (host) => host.cluster(cluster.id, cluster.instance));
  useEscape(onBack);
  return (
    <div className="screen" tabIndex={-1}>
      <div>
        <Button size="small" appearance="subtle" icon={<ArrowLeftRegular />} onClick={onBack}>
          {backWord(cluster.from ?? "clusters")}
        </Button>
      </div>
      {asked.state === "waiting" ? <Skeleton lines={10} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Whole view={asked.answer} stamp={stamp} cluster={cluster} onTab={onTab} onFinding={onFinding} /> : null}
    </div>
  );
}

function Whole({ view, stamp, cluster, onTab, onFinding }: Omit<Props, "onBack"> & { view: ClusterView }) {
  const { row } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div className="title">
        <h1 ref={heading} tabIndex={-1}>
          {row.name}
        </h1>
        <ExposureBadge label={row.exposure} stopped={row.stopped} />
        <span className="quiet">
          {row.subscription}, {row.location}, {row.version}, owner {row.owner}
        </span>
      </div>
      <section className="card">
        <Tabs
          label="Cluster"
          chosen={cluster.tab ?? "verdicts"}
          onChoose={onTab}
          tabs={[
            { key: "verdicts", title: `Verdicts (${openVerdicts(view.verdicts)} open)`, content: <Verdicts view={view} onFinding={onFinding} /> },
            { key: "doors", title: "Doors", content: <ClusterDoors stamp={stamp} cluster={cluster} /> },
            { key: "integrations", title: "Integrations", content: <ClusterIntegrations stamp={stamp} cluster={cluster} /> },
            { key: "plan", title: "Closing plan", content: <ClusterPlan stamp={stamp} id={cluster.id} /> },
            { key: "bindings", title: bindingsTitle(view.bindings.length, view.bindingsIncomplete), content: <Bindings view={view} /> },
            { key: "facts", title: "Facts", content: <Facts view={view} /> },
            { key: "raw", title: "Raw", content: <CopyableCode text={view.raw} label="document" /> },
          ]}
        />
      </section>
    </>
  );
}

function Verdicts({ view, onFinding }: { view: ClusterView; onFinding: Props["onFinding"] }) {
  return (
    <>
      <p className="quiet small">{verdictsInWords(view.verdicts)}</p>
      <table className="plain wide">
        <thead>
          <tr>
            <th scope="col">Result</th>
            <th scope="col">Severity</th>
            <th scope="col">Rule</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {view.verdicts.map((verdict) => (
            <tr key={`${verdict.id} ${verdict.part}`}>
              <td>
                <StateMark state={verdict.state} />
              </td>
              <td>{verdict.state === "open" || verdict.state === "new" ? <SeverityBadge severity={verdict.severity} /> : null}</td>
              <td className="nowrap">{verdict.rule}</td>
              <td>
                {verdict.state === "open" || verdict.state === "new" ? (
                  <button type="button" className="linklike" onClick={() => onFinding(verdict.id)}>
                    {verdict.part ? `${verdict.part}: ` : ""}
                    {verdict.reason}
                  </button>
                ) : (
                  <span>
                    {verdict.part ? `${verdict.part}: ` : ""}
                    {verdict.reason}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Bindings({ view }: { view: ClusterView }) {
  return (
    <>
      {view.bindingsIncomplete ? <p>Not known to be the whole list: {view.bindingsIncomplete}.</p> : <p className="quiet">{counted(view.bindings.length, "binding", "bindings")} of at most 8; the whole list was read.</p>}
      <table className="plain" hidden={view.bindings.length === 0}>
        <thead>
          <tr>
            <th scope="col">Binding</th>
            <th scope="col">Held by</th>
            <th scope="col">Roles</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {view.bindings.map((binding) => (
            <tr key={binding.name}>
              <td>{binding.name}</td>
              <td className="mono">{binding.source}</td>
              <td className="mono">{binding.roles.join(", ")}</td>
              <td className="nowrap">
                <MarkedWord marked={provisioningMark(binding.state)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Facts({ view }: { view: ClusterView }) {
  return (
    <table className="plain">
      <tbody>
        {view.facts.map((fact) => (
          <tr key={fact.name}>
            <th scope="row">{fact.name}</th>
            <td>{fact.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
