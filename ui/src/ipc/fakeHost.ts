// A host for plain browsers: answers recorded from the sample fleet, filtered here as the program would.
import { fakeAccess, type AccessRecording } from "./fakeAccess";
import { fakeAzure } from "./fakeAzure";
import recorded from "./recorded/sample.json";
import { HostProblem, type Host } from "./host";
import type {
  ClusterPage, ClusterView, CoverageView, EngagementView, FindingPage, FindingQuery, FindingRow, FindingState, FindingView,
  OverviewView, ReportPreview, RuleView, SettingsView,
} from "./host";

interface Recording extends AccessRecording {
  engagement: EngagementView;
  overview: OverviewView;
  pages: Record<FindingState, FindingPage>;
  findings: Record<string, FindingView>;
  clusters: ClusterPage;
  clusterViews: Record<string, ClusterView>;
  rules: RuleView[];
  coverage: CoverageView;
  reportPreview: ReportPreview;
  settings: SettingsView;
}

const answers = recorded as unknown as Recording;

function missing(what: string): HostProblem {
  return new HostProblem({ code: "not-found", message: `${what} is not in the recording.`, hint: "Record again.", retryIsSafe: true });
}

const weight = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

function matches(row: FindingRow, query: FindingQuery): boolean {
  const text = query.text.trim().toLowerCase();
  const any = (list: string[], value: string) => list.length === 0 || list.includes(value);
  const fields = [row.rule, row.title, row.cluster, row.part, row.subscription, row.owner, row.reason];
  return (
    any(query.severities, row.severity) &&
    any(query.rules, row.rule) &&
    any(query.subscriptions, row.subscription) &&
    any(query.owners, row.owner) &&
    (text === "" || fields.some((field) => field.toLowerCase().includes(text)))
  );
}

function page(query: FindingQuery): FindingPage {
  const whole = answers.pages[query.state];
  const rows = whole.rows.filter((row) => matches(row, query));
  const key = (row: FindingRow) =>
    query.sort === "cluster" ? row.cluster : query.sort === "owner" ? row.owner : query.sort === "subscription" ? row.subscription : query.sort === "rule" ? row.rule : String(weight[row.severity]);
  rows.sort((a, b) => (query.descending ? -1 : 1) * key(a).localeCompare(key(b)));
  return {
    ...whole,
    rows: rows.slice(query.offset, query.offset + query.limit),
    matching: rows.length,
    severities: whole.severities.map(({ severity }) => ({ severity, count: rows.filter((row) => row.severity === severity).length })),
  };
}

let open: EngagementView | null = null;
let viewState: string | null = null;
let settings = answers.settings;
const azure = fakeAzure(answers.engagement, answers.coverage, (engagement) => {
  open = engagement;
});

export const fakeHost: Host = {
  ...azure.host,
  ...fakeAccess(answers),
  start: async () => ({ version: "0.1.0", recent: azure.recent(), open }),
  openSample: async () => {
    open = answers.engagement;
    return open;
  },
  openFiles: async (paths, onProgress) => {
    onProgress({ step: "Reading files", done: 1, total: paths.length });
    throw new HostProblem({ code: "bad-input", message: "A browser cannot read files of this machine.", hint: "Open the sample fleet, or use the window.", retryIsSafe: true });
  },
  close: async () => {
    azure.leave();
    open = null;
  },
  chooseFiles: async () => ["clusters.json"],
  chooseFolder: async () => [],
  overview: async () => answers.overview,
  findings: async (query) => page(query),
  finding: async (id) => {
    const found = answers.findings[id];
    if (!found) throw missing("This finding");
    return found;
  },
  clusters: async (query) => {
    const text = query.text.trim().toLowerCase();
    const rows = answers.clusters.rows.filter(
      (row) =>
        (query.exposures.length === 0 || query.exposures.includes(row.exposure)) &&
        (text === "" || [row.name, row.subscription, row.location, row.exposure, row.owner].some((field) => field.toLowerCase().includes(text))),
    );
    return { ...answers.clusters, rows: rows.slice(query.offset, query.offset + query.limit), matching: rows.length };
  },
  cluster: async (id) => {
    const found = answers.clusterViews[id];
    if (!found) throw missing("This cluster");
    return found;
  },
  rules: async () => answers.rules,
  coverage: async () => (open?.isSample ? answers.coverage : azure.coverage()),
  reportPreview: async () => answers.reportPreview,
  chooseReportPlace: async (format) => `/reports/report.${format}`,
  saveReport: async (format, _place, onProgress) => {
    onProgress({ step: "Laying out the pages", done: 0, total: 2 });
    return { file: `report.${format}`, folder: "/reports", sha256: answers.engagement.hash };
  },
  openFolder: async () => undefined,
  settings: async () => settings,
  saveSettings: async (changed) => {
    settings = changed;
    return changed;
  },
  viewState: async () => viewState,
  keepViewState: async (state) => {
    viewState = state;
  },
  onFilesDropped: async () => () => undefined,
};
