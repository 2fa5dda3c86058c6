// Which screen is shown with which filters; kept with the engagement, so that a restart comes back to the same place.
import type { EngagementView, FindingState, SeverityView } from "../ipc/host";

/** In the order of the navigation. */
export const PAGES = [
  "overview", "findings", "clusters", "trusted", "doors", "plan", "ownership", "declared", "guardrails", "reports", "rules", "coverage", "settings",
] as const;

export type Page = (typeof PAGES)[number];

/** What a list is narrowed to. */
export interface ListFilter {
  text: string;
  kinds: string[];
}

export type ListName = "matrix" | "bindings" | "roles" | "radius" | "plans" | "drift" | "owners" | "guardrails" | "rules" | "coverage";

export interface OpenCluster {
  id: string;
  instance: string;
  /** The tab that is shown first. */
  tab?: string;
  /** The screen it was opened on; without it the list of clusters. */
  from?: Page;
}

export interface FindingFilter {
  text: string;
  severities: SeverityView[];
  rules: string[];
  subscriptions: string[];
  owners: string[];
  state: FindingState;
  sort: string;
  descending: boolean;
}

export interface View {
  page: Page;
  filter: FindingFilter;
  finding: string | null;
  clusterText: string;
  exposures: string[];
  cluster: OpenCluster | null;
  lists: Partial<Record<ListName, ListFilter>>;
  /** The tab of Trusted Access. */
  trustedTab: string;
  ownersTab: string;
  gapsDismissed: boolean;
}

export const noFilter: FindingFilter = { text: "", severities: [], rules: [], subscriptions: [], owners: [], state: "open", sort: "severity", descending: false };

/** The key under which findings of clusters that name nobody are filtered. */
export const noOwner = "(none)";

export const firstView: View = { page: "overview", filter: noFilter, finding: null, clusterText: "", exposures: [], cluster: null, lists: {}, trustedTab: "matrix", ownersTab: "owners", gapsDismissed: false };

export const wholeList: ListFilter = { text: "", kinds: [] };

function known(page: string | undefined): Page | undefined {
  return PAGES.find((one) => one === page);
}

function readCluster(kept: OpenCluster | null | undefined): OpenCluster | null {
  if (!kept) return null;
  const { from, ...cluster } = kept;
  const there = known(from);
  return there ? { ...cluster, from: there } : cluster;
}

/** What was kept by an older or newer version is taken as far as it fits. */
export function readView(text: string | null): View {
  if (!text) return firstView;
  try {
    const kept = JSON.parse(text) as Partial<View>;
    const page = known(kept.page) ?? firstView.page;
    return { ...firstView, ...kept, page, cluster: readCluster(kept.cluster), filter: { ...noFilter, ...kept.filter } };
  } catch {
    return firstView;
  }
}

export function isFiltered(filter: FindingFilter): boolean {
  return filter.text !== "" || filter.state !== "open" || [filter.severities, filter.rules, filter.subscriptions, filter.owners].some((list) => list.length > 0);
}

/** Whether it was read from Azure with a sign-in, and can be again. */
export function isLive(engagement: EngagementView): boolean {
  return !engagement.isSample && engagement.origin.startsWith("Azure tenant");
}
