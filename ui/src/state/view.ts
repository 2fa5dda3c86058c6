// Which screen is shown with which filters; kept with the engagement, so that a restart comes back to the same place.
import type { EngagementView, FindingState, SeverityView } from "../ipc/host";

export type Page = "overview" | "findings" | "clusters" | "rules" | "coverage" | "reports" | "settings";

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
  cluster: { id: string; instance: string } | null;
  gapsDismissed: boolean;
}

export const noFilter: FindingFilter = { text: "", severities: [], rules: [], subscriptions: [], owners: [], state: "open", sort: "severity", descending: false };

export const firstView: View = { page: "overview", filter: noFilter, finding: null, clusterText: "", exposures: [], cluster: null, gapsDismissed: false };

/** What was kept by an older or newer version is taken as far as it fits. */
export function readView(text: string | null): View {
  if (!text) return firstView;
  try {
    const kept = JSON.parse(text) as Partial<View>;
    return { ...firstView, ...kept, filter: { ...noFilter, ...kept.filter } };
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
