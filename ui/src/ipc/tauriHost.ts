// The real host: the only file that imports @tauri-apps.
import { Channel } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { commands } from "./bindings/commands";
import { HostProblem, type Host } from "./host";
import type { ProblemView } from "./host";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: ProblemView };

async function said<T>(answer: Promise<Answer<T>>): Promise<T> {
  const result = await answer;
  if (result.status === "error") throw new HostProblem(result.error);
  return result.data;
}

function channel<T>(heard: (message: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = heard;
  return made;
}

export const tauriHost: Host = {
  start: () => said(commands.start()),
  openSample: () => said(commands.openSample()),
  openFiles: (paths, onProgress) => said(commands.openFiles(paths, channel(onProgress))),
  openRecent: (index) => said(commands.openRecent(index)),
  openRecentWith: (index, passphrase) => said(commands.openRecentWith(index, passphrase)),
  close: async () => {
    await said(commands.close());
  },
  howKept: () => said(commands.howKept()),
  exportEngagement: (passphrase) => said(commands.exportEngagement(passphrase)),
  purgeEngagement: async () => {
    await said(commands.purgeEngagement());
  },
  signInMemory: () => commands.signInMemory(),
  signIn: (request, onStep) => said(commands.signIn(request, channel(onStep))),
  stopWork: async () => {
    await commands.stopWork();
  },
  lookAgain: () => said(commands.lookAgain()),
  resumeRecent: (index, passphrase) => said(commands.resumeRecent(index, passphrase)),
  // what the program leaves out of a message is nothing
  scan: (request, onProgress) => said(commands.scan(request, channel((now) => onProgress({ ...now, secondsLeft: now.secondsLeft ?? null })))),
  signOut: async () => {
    await said(commands.signOut());
  },
  chooseFiles: () => commands.chooseFiles(),
  chooseFolder: () => commands.chooseFolder(),
  overview: () => said(commands.overview()),
  findings: (query) => said(commands.findings(query)),
  finding: (id) => said(commands.finding(id)),
  clusters: (query) => said(commands.clusters(query)),
  cluster: (id, instance) => said(commands.cluster(id, instance)),
  matrix: (query) => said(commands.matrix(query)),
  bindings: (query) => said(commands.bindings(query)),
  roles: () => said(commands.roles()),
  doors: (id, instance) => said(commands.doors(id, instance)),
  radius: (query) => said(commands.radius(query)),
  owners: () => said(commands.owners()),
  drift: () => said(commands.drift()),
  addCode: (paths) => said(commands.addCode(paths)),
  plan: (id) => said(commands.plan(id)),
  fleetPlan: () => said(commands.fleetPlan()),
  imagine: (query) => said(commands.imagine(query)),
  guardrails: () => said(commands.guardrails()),
  saveExport: (kind, cluster, managementGroup) => said(commands.saveExport(kind, cluster, managementGroup)),
  rules: () => said(commands.rules()),
  coverage: () => said(commands.coverage()),
  reportPreview: () => said(commands.reportPreview()),
  chooseReportPlace: (format) => said(commands.chooseReportPlace(format)),
  saveReport: (format, place, onProgress) => said(commands.saveReport(format, place, channel(onProgress))),
  openFolder: async () => {
    await said(commands.openFolder());
  },
  settings: () => said(commands.settings()),
  saveSettings: (settings) => said(commands.saveSettings(settings)),
  viewState: () => said(commands.viewState()),
  keepViewState: async (state) => {
    await said(commands.keepViewState(state));
  },
  onFilesDropped: (hovering, opened) =>
    getCurrentWebview().onDragDropEvent((event) => {
      hovering(event.payload.type === "enter" || event.payload.type === "over");
      if (event.payload.type === "drop") opened(event.payload.paths);
    }),
};
