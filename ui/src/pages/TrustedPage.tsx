// Trusted Access: which services are bound to which clusters, the bindings, and what their roles allow.
import { Problem, Skeleton } from "../components/Problem";
import { Tabs } from "../components/Tabs";
import { useAsked } from "../state/host";
import type { ListFilter } from "../state/view";
import { trustedHeadline } from "../words/access";
import { BindingList } from "./BindingList";
import { MatrixList } from "./MatrixList";
import { RoleList } from "./RoleList";

interface Props {
  stamp: string;
  tab: string;
  onTab: (tab: string) => void;
  matrix: ListFilter;
  onMatrix: (filter: ListFilter) => void;
  bindings: ListFilter;
  onBindings: (filter: ListFilter) => void;
  roles: ListFilter;
  onRoles: (filter: ListFilter) => void;
  onCluster: (id: string, instance: string, tab?: string) => void;
}

export function TrustedPage({ stamp, tab, onTab, matrix, onMatrix, bindings, onBindings, roles, onRoles, onCluster }: Props) {
  // the counts alone: the rows come page by page
  const asked = useAsked(`matrix counts ${stamp}`, (host) => host.matrix({ text: "", kinds: [], offset: 0, limit: 0 }));
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Trusted Access</h1>
        {asked.state === "here" ? (
          <p className="quiet small" role="status">
            {trustedHeadline(asked.answer)}
          </p>
        ) : null}
      </div>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? (
        <Tabs
          label="Trusted Access"
          fills
          chosen={tab}
          onChoose={onTab}
          tabs={[
            { key: "matrix", title: "Matrix", content: <MatrixList key={stamp} stamp={stamp} whole={asked.answer} filter={matrix} onFilter={onMatrix} onCluster={onCluster} /> },
            { key: "bindings", title: "Bindings", content: <BindingList key={stamp} stamp={stamp} filter={bindings} onFilter={onBindings} onCluster={onCluster} /> },
            { key: "roles", title: "Roles", content: <RoleList stamp={stamp} filter={roles} onFilter={onRoles} /> },
          ]}
        />
      ) : null}
    </div>
  );
}
