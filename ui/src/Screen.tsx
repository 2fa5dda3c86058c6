// The screen that is shown, and the ways from it to the others.
import { useCallback, useState } from "react";
import type { EngagementView } from "./ipc/host";
import { ClustersPage } from "./pages/ClustersPage";
import { CoveragePage } from "./pages/CoveragePage";
import { DeclaredPage } from "./pages/DeclaredPage";
import { DoorsPage } from "./pages/DoorsPage";
import { FindingsPage } from "./pages/FindingsPage";
import { GuardrailsPage } from "./pages/GuardrailsPage";
import { OverviewPage } from "./pages/OverviewPage";
import { OwnershipPage } from "./pages/OwnershipPage";
import { PlanPage } from "./pages/PlanPage";
import { ReportsPage } from "./pages/ReportsPage";
import { RulesPage } from "./pages/RulesPage";
import { SettingsPage } from "./pages/SettingsPage";
import { TrustedPage } from "./pages/TrustedPage";
import { useListFocus } from "./state/keys";
import { noFilter, noOwner, wholeList, type FindingFilter, type ListFilter, type ListName, type View } from "./state/view";
import { assertNever } from "./words/words";

interface Props {
  view: View;
  setView: (change: (before: View) => View) => void;
  mark: string;
  engagement: EngagementView;
  /** Audited again; with the engagement where a snapshot was added. */
  onAudited: (opened?: EngagementView) => void;
  onGone: () => void;
}

export function Screen({ view, setView, mark, engagement, onAudited, onGone }: Props) {
  const change = useCallback((part: Partial<View>) => setView((before) => ({ ...before, ...part })), [setView]);
  const openFinding = useCallback((finding: string | null) => change({ finding }), [change]);
  const openCluster = useCallback((id: string, instance: string, tab = "verdicts") => setView((before) => ({ ...before, page: "clusters", cluster: { id, instance, tab, from: before.page } })), [setView]);
  const [returns, setReturns] = useState(0);
  useListFocus(returns);
  const leaveCluster = useCallback(() => {
    setView((before) => ({ ...before, page: before.cluster?.from ?? "clusters", cluster: null }));
    setReturns((n) => n + 1);
  }, [setView]);
  const showFinding = (finding: string) => change({ page: "findings", filter: noFilter, finding });
  const showFindings = (filter: Partial<FindingFilter>) => change({ page: "findings", filter: { ...noFilter, ...filter }, finding: null });
  const list = (name: ListName): ListFilter => view.lists[name] ?? wholeList;
  const narrow = (name: ListName) => (filter: ListFilter) => setView((before) => ({ ...before, lists: { ...before.lists, [name]: filter } }));
  switch (view.page) {
    case "overview":
      return (
        <OverviewPage
          stamp={mark}
          onFindings={showFindings}
          onFinding={showFinding}
          onClusters={(exposures) => change({ page: "clusters", exposures, clusterText: "", cluster: null })}
          onMatrix={() => change({ page: "trusted", trustedTab: "matrix" })}
          onCoverage={() => change({ page: "coverage" })}
        />
      );
    case "findings":
      return <FindingsPage stamp={mark} filter={view.filter} onFilter={(filter) => change({ filter, finding: null })} open={view.finding} onOpen={openFinding} onCluster={openCluster} />;
    case "clusters":
      return (
        <ClustersPage
          stamp={mark}
          text={view.clusterText}
          exposures={view.exposures}
          onFilter={(clusterText, exposures) => change({ clusterText, exposures })}
          open={view.cluster}
          onOpen={(cluster) => change({ cluster })}
          onBack={leaveCluster}
          onFinding={showFinding}
        />
      );
    case "trusted":
      return (
        <TrustedPage
          stamp={mark}
          tab={view.trustedTab}
          onTab={(trustedTab) => change({ trustedTab })}
          matrix={list("matrix")}
          onMatrix={narrow("matrix")}
          bindings={list("bindings")}
          onBindings={narrow("bindings")}
          roles={list("roles")}
          onRoles={narrow("roles")}
          onCluster={openCluster}
        />
      );
    case "doors":
      return <DoorsPage stamp={mark} filter={list("radius")} onFilter={narrow("radius")} onCluster={openCluster} />;
    case "plan":
      return <PlanPage stamp={mark} filter={list("plans")} onFilter={narrow("plans")} onCluster={openCluster} />;
    case "ownership":
      return (
        <OwnershipPage
          stamp={mark}
          tab={view.ownersTab}
          onTab={(ownersTab) => change({ ownersTab })}
          filter={list("owners")}
          onFilter={narrow("owners")}
          onFindings={(owner) => showFindings({ owners: [owner || noOwner] })}
          onCluster={openCluster}
        />
      );
    case "declared":
      return <DeclaredPage stamp={mark} filter={list("drift")} onFilter={narrow("drift")} onAudited={onAudited} />;
    case "guardrails":
      return <GuardrailsPage stamp={mark} filter={list("guardrails")} onFilter={narrow("guardrails")} onFindings={(rules) => showFindings({ rules })} />;
    case "rules":
      return <RulesPage stamp={mark} filter={list("rules")} onFilter={narrow("rules")} onFindings={(rule) => showFindings({ rules: [rule] })} />;
    case "coverage":
      return <CoveragePage stamp={mark} filter={list("coverage")} onFilter={narrow("coverage")} />;
    case "reports":
      return <ReportsPage stamp={mark} />;
    case "settings":
      return <SettingsPage stamp={mark} engagement={engagement} onSaved={() => onAudited()} onGone={onGone} />;
    default:
      return assertNever(view.page);
  }
}
