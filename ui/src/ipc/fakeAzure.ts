// A made-up Azure for plain browsers: one tenant, a sign-in, a look, a scan that takes a second, and an engagement of it.
import { HostProblem, type Host } from "./host";
import type { CallStateView, CoverageView, EngagementView, PreflightView, RecentView, ScanProgressView, ScanRequest, SubscriptionView } from "./host";

type AzureHost = Pick<
  Host,
  "openRecent" | "openRecentWith" | "howKept" | "exportEngagement" | "purgeEngagement" | "signInMemory" | "signIn" | "stopWork" | "lookAgain" | "resumeRecent" | "scan" | "signOut"
>;

const TENANT = "9b1f7a52-3c44-4d0e-8f6b-1a2c3d4e5f60";
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const STEPS = 8;
const EACH = 20;

const problem = (code: string, message: string, hint: string) => new HostProblem({ code, message, hint, retryIsSafe: true });
const calls = (call: string, read: number, part: Partial<CallStateView> = {}): CallStateView => ({ call, read, denied: 0, throttled: 0, failed: 0, notAsked: 0, ...part });

export function fakeAzure(sample: EngagementView, sampleCoverage: CoverageView, opened: (engagement: EngagementView | null) => void) {
  const engagement = { ...sample, name: `Azure tenant ${TENANT}`, isSample: false, origin: `Azure tenant ${TENANT} (Azure)` };
  let signedIn: { isInMemory: boolean; passphrase: string } | null = null;
  let kept: { passphrase: string; scanned: boolean } | null = null;
  let canResume = false;
  let asked: string[] = [];
  let stop: ((reason: HostProblem) => void) | null = null;

  /** Waits, or ends early when the work is stopped. */
  const wait = (milliseconds: number) =>
    new Promise<void>((done, failed) => {
      const timer = setTimeout(done, milliseconds);
      stop = (reason) => {
        clearTimeout(timer);
        failed(reason);
      };
    }).finally(() => {
      stop = null;
    });

  const look = (): PreflightView => ({
    who: "anna.lindqvist@nordwind.example",
    tenant: `Nordwind (${TENANT})`,
    cloud: "Azure",
    isInMemory: signedIn?.isInMemory ?? false,
    canResume,
    gaps: [],
    subscriptions: sampleCoverage.subscriptions.map((subscription, index) => ({
      id: subscription.id,
      name: subscription.name,
      state: "Enabled",
      readable: subscription.state !== "read" ? "none" : index === 3 ? "some" : "all",
      missing: subscription.state !== "read" ? ["clusters", "Trusted Access bindings", "role assignments"] : index === 3 ? ["activity log"] : [],
    })),
  });

  const coverageOf = (subscription: SubscriptionView): SubscriptionView => {
    const { clusters, bindingsRead, id } = subscription;
    if (asked.length > 0 && !asked.includes(id)) return { ...subscription, asked: [calls("clusters", 0, { notAsked: 1 })] };
    if (subscription.state !== "read") return { ...subscription, asked: [calls("clusters", 0, { denied: 1 }), calls("role assignments", 0, { denied: 1 })], controlTotal: { resourceManager: 0, resourceGraph: null } };
    return {
      ...subscription,
      asked: [calls("clusters", 1), calls("Trusted Access bindings", bindingsRead, { denied: clusters - bindingsRead }), calls("diagnostic settings", clusters - 1, { throttled: 1 }), calls("role assignments", 1)],
      controlTotal: { resourceManager: clusters, resourceGraph: clusters === 9 ? 10 : clusters },
    };
  };

  const progress = (request: ScanRequest, step: number, resumed: boolean): ScanProgressView => {
    const chosen = sampleCoverage.subscriptions.filter(({ id }) => request.subscriptions.length === 0 || request.subscriptions.includes(id));
    const share = step / STEPS;
    const subscriptions = chosen.map(({ id, name, clusters, state }, index) => ({
      id,
      name,
      clusters: Math.round(clusters * Math.min(1, share * 2)),
      known: EACH,
      answered: Math.min(EACH, Math.round(EACH * share * (1.4 - index * 0.08))),
      denied: state === "read" ? (index === 3 ? 2 : 0) : Math.round(EACH * share),
      failed: 0,
      waitingSeconds: step === 3 && index === 1 ? 2 : 0,
    }));
    return {
      clusters: subscriptions.reduce((sum, line) => sum + line.clusters, 0),
      answered: subscriptions.reduce((sum, line) => sum + line.answered, 0),
      known: EACH * chosen.length,
      reused: resumed ? 40 : 0,
      requests: step * 15,
      throttled: step >= 3 ? 1 : 0,
      perSecond: 12 + step,
      secondsLeft: step < 2 ? null : STEPS - step,
      waitingSeconds: step === 3 ? 2 : 0,
      gaps: Math.round(3 * share),
      // as the program does: the busiest first
      subscriptions: [...subscriptions].sort((a, b) => a.answered - b.answered),
      allSubscriptions: chosen.length,
    };
  };

  const open = () => {
    opened(engagement);
    return engagement;
  };
  const unlock = (passphrase: string) => {
    if (!kept) throw problem("not-found", "This engagement is no longer there.", "Its file was moved or deleted; open the files again.");
    if (kept.passphrase !== passphrase) throw problem("wrong-key", "This engagement is locked with a passphrase.", "Type the passphrase it was made with.");
    if (!kept.scanned) throw problem("nothing-open", "Nothing was scanned into this engagement yet.", "Go on with its scan.");
    return open();
  };

  const host: AzureHost = {
    openRecent: async () => unlock(""),
    openRecentWith: async (_index, passphrase) => unlock(passphrase),
    howKept: async () => "plain",
    exportEngagement: async () => "/copies/engagement.quay",
    purgeEngagement: async () => {
      signedIn = kept = null;
      opened(null);
    },
    signInMemory: async () => ({ tenant: "nordwind.example", clientId: "", cloud: "public" }),
    signIn: async (request, onStep) => {
      if (request.method !== "azure-cli" && !GUID.test(request.clientId)) throw problem("bad-input", `"${request.clientId}" is not the id of an application.`, "Copy the Application (client) ID from the app registration.");
      const device = request.method === "device-code";
      onStep({
        text: device ? "Open the page on any device and enter the code." : "Your browser opens the sign-in page. Come back here when it says that you may.",
        page: device ? "https://microsoft.com/devicelogin" : "",
        code: device ? "QUAY-2468" : "",
      });
      await wait(400);
      if (request.keeping === "keychain") throw problem("no-keychain", "This desktop has no keychain that can be used.", "Choose a passphrase, or keep it in memory only.");
      signedIn = { isInMemory: request.keeping === "memory", passphrase: request.passphrase };
      kept = signedIn.isInMemory ? null : { passphrase: request.passphrase, scanned: false };
      canResume = false;
      opened(null);
      return look();
    },
    stopWork: async () => stop?.(canResume ? problem("cancelled", "The scan was stopped; 120 answers are kept.", "Scan again to go on from there.") : problem("cancelled", "The sign-in was stopped.", "Sign in again when you like.")),
    lookAgain: async () => {
      if (!signedIn) throw problem("sign-in", "Nobody is signed in to this tenant.", "Sign in, then scan.");
      return look();
    },
    resumeRecent: async (_index, passphrase) => {
      signedIn = { isInMemory: false, passphrase };
      return look();
    },
    scan: async (request, onProgress) => {
      asked = request.subscriptions;
      const resumed = canResume && !request.fresh;
      for (let step = 1; step <= STEPS; step += 1) {
        onProgress(progress(request, step, resumed));
        canResume = true;
        await wait(step === 3 ? 1000 : 150);
      }
      canResume = false;
      if (kept) kept.scanned = true;
      return open();
    },
    signOut: async () => {
      if (kept && !kept.scanned) kept = null;
      signedIn = null;
    },
  };
  return {
    host,
    recent: (): RecentView[] => (kept ? [{ index: 0, name: engagement.name, opened: sample.asOf }] : []),
    coverage: (): CoverageView => ({ ...sampleCoverage, subscriptions: sampleCoverage.subscriptions.map(coverageOf), tenantAsked: [calls("subscriptions", 1), calls("management groups", 0, { denied: 1 })] }),
    leave: () => {
      signedIn = null;
    },
  };
}
