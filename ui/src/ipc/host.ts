// The only door between the UI and the program: everything it can ask, and the shapes of the answers.
import type * as bound from "./bindings/commands";

export type {
  AccessView, AreaView, BindingFinding, BindingPage, BindingRow, BindingView, CallStateView, CallView, ChoiceView, ClusterLink,
  ClusterPage, ClusterQuery, ClusterRow, ClusterView, CountView, DoorCount, DoorView, DoorsView, DriftRow, DriftView, EvidenceView,
  ExportKind, FactView, FindingPage, FindingQuery, FindingRow, FindingState, FindingView, FixView, FleetPlanRow, FleetPlanView, GapView,
  GroupCount, GroupView, GuardrailView, IntegrationView, Keeping, ListQuery, MatrixCellView, MatrixPage, MatrixRowView, OwnedRow,
  PlanView, PreflightView, ProblemView, ProgressView, RadiusPage, RadiusRow, RecentView, ReportFormat, ReportPreview, RoleView,
  RuleView, SavedView, ScanLineView, ScanRequest, SectionView, SettingsView, SeverityView, SignInMemory, SignInMethod,
  SignInRequest, SignInStep, StepView, TagView, UnassessedView, WhatIfLine, WhatIfQuery,
} from "./bindings/commands";

export type EngagementView = bound.EngagementView_Serialize;
export type OverviewView = bound.OverviewView_Serialize;
export type CoverageView = bound.CoverageView_Serialize;
export type StartView = bound.StartView_Serialize;
export type SubscriptionView = bound.SubscriptionView_Serialize;
export type ControlTotalView = bound.ControlTotalView_Serialize;
export type ScanProgressView = bound.ScanProgressView_Serialize;
export type OwnerRow = bound.OwnerRow_Serialize;
export type OwnersView = bound.OwnersView_Serialize;
export type WhatIfView = bound.WhatIfView_Serialize;

/** What went wrong, as the program said it. Thrown by every question below. */
export class HostProblem extends Error {
  constructor(readonly problem: bound.ProblemView) {
    super(problem.message);
  }
}

export type OnProgress = (progress: bound.ProgressView) => void;
export type OnStep = (step: bound.SignInStep) => void;
export type OnScan = (progress: ScanProgressView) => void;

export interface Host {
  start(): Promise<StartView>;
  openSample(): Promise<EngagementView>;
  openFiles(paths: string[], onProgress: OnProgress): Promise<EngagementView>;
  openRecent(index: number): Promise<EngagementView>;
  openRecentWith(index: number, passphrase: string): Promise<EngagementView>;
  close(): Promise<void>;
  /** `encrypted`, `memory` or `plain`. */
  howKept(): Promise<string>;
  /** Answers where the copy was written, or nothing when the person changed their mind. */
  exportEngagement(passphrase: string): Promise<string | null>;
  purgeEngagement(): Promise<void>;
  signInMemory(): Promise<bound.SignInMemory>;
  signIn(request: bound.SignInRequest, onStep: OnStep): Promise<bound.PreflightView>;
  /** What is running then ends with a problem whose code is "cancelled". */
  stopWork(): Promise<void>;
  lookAgain(): Promise<bound.PreflightView>;
  resumeRecent(index: number, passphrase: string): Promise<bound.PreflightView>;
  scan(request: bound.ScanRequest, onProgress: OnScan): Promise<EngagementView>;
  signOut(): Promise<void>;
  chooseFiles(): Promise<string[]>;
  chooseFolder(): Promise<string[]>;
  overview(): Promise<OverviewView>;
  findings(query: bound.FindingQuery): Promise<bound.FindingPage>;
  finding(id: string): Promise<bound.FindingView>;
  clusters(query: bound.ClusterQuery): Promise<bound.ClusterPage>;
  cluster(id: string, instance: string): Promise<bound.ClusterView>;
  matrix(query: bound.ListQuery): Promise<bound.MatrixPage>;
  bindings(query: bound.ListQuery): Promise<bound.BindingPage>;
  roles(): Promise<bound.RoleView[]>;
  doors(id: string, instance: string): Promise<bound.DoorsView>;
  radius(query: bound.ListQuery): Promise<bound.RadiusPage>;
  owners(): Promise<OwnersView>;
  drift(): Promise<bound.DriftView>;
  /** Reads what code declares beside the newest snapshot, and audits again. */
  addCode(paths: string[]): Promise<EngagementView>;
  plan(id: string): Promise<bound.PlanView>;
  fleetPlan(): Promise<bound.FleetPlanView>;
  /** The same rules over the fleet with steps applied in memory; nothing changes in Azure. */
  imagine(query: bound.WhatIfQuery): Promise<WhatIfView>;
  guardrails(): Promise<bound.GuardrailView[]>;
  /** Asks where to save; nothing when the person changed their mind. */
  saveExport(kind: bound.ExportKind, cluster: string, managementGroup: string): Promise<bound.SavedView | null>;
  rules(): Promise<bound.RuleView[]>;
  coverage(): Promise<CoverageView>;
  reportPreview(): Promise<bound.ReportPreview>;
  chooseReportPlace(format: bound.ReportFormat): Promise<string | null>;
  saveReport(format: bound.ReportFormat, place: string, onProgress: OnProgress): Promise<bound.SavedView>;
  openFolder(): Promise<void>;
  settings(): Promise<bound.SettingsView>;
  saveSettings(settings: bound.SettingsView): Promise<bound.SettingsView>;
  viewState(): Promise<string | null>;
  keepViewState(state: string): Promise<void>;
  /** Calls back when files hover over the window, and with their paths when they are dropped; answers how to stop. */
  onFilesDropped(hovering: (over: boolean) => void, opened: (paths: string[]) => void): Promise<() => void>;
}
