// Frame, navigation, gap banner; which engagement and which screen.
import { Button } from "@fluentui/react-components";
import { ArrowSyncRegular, ClipboardTaskListLtrRegular, CloudRegular, DataPieRegular, DocumentPdfRegular, GaugeRegular, KeyboardRegular, ServerRegular, SettingsRegular, TextBulletListSquareWarningRegular } from "@fluentui/react-icons";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Mark } from "./components/Mark";
import { Problem, Progress } from "./components/Problem";
import type { EngagementView, PreflightView, ProblemView, StartView } from "./ipc/host";
import { LiveSteps } from "./LiveSteps";
import { ClustersPage } from "./pages/ClustersPage";
import { CoveragePage } from "./pages/CoveragePage";
import { FindingsPage } from "./pages/FindingsPage";
import { OverviewPage } from "./pages/OverviewPage";
import { ReportsPage } from "./pages/ReportsPage";
import { RulesPage } from "./pages/RulesPage";
import { SettingsPage } from "./pages/SettingsPage";
import { WelcomePage } from "./pages/WelcomePage";
import { useHost, problemOf } from "./state/host";
import { useLive } from "./state/live";
import { useWork } from "./state/progress";
import { firstView, isLive, noFilter, readView, type Page, type View } from "./state/view";
import { assertNever, counted, coverageWords, moment } from "./words/words";

const PAGES: { page: Page; word: string; icon: ReactNode }[] = [
  { page: "overview", word: "Overview", icon: <GaugeRegular fontSize={20} /> },
  { page: "findings", word: "Findings", icon: <TextBulletListSquareWarningRegular fontSize={20} /> },
  { page: "clusters", word: "Clusters", icon: <ServerRegular fontSize={20} /> },
  { page: "rules", word: "Rules", icon: <ClipboardTaskListLtrRegular fontSize={20} /> },
  { page: "coverage", word: "Coverage", icon: <DataPieRegular fontSize={20} /> },
  { page: "reports", word: "Reports", icon: <DocumentPdfRegular fontSize={20} /> },
  { page: "settings", word: "Settings", icon: <SettingsRegular fontSize={20} /> },
];

const KEYS: [string, string][] = [
  ["/", "search"],
  ["↑ ↓ PgUp PgDn Home End", "move in a table"],
  ["Enter", "open the row"],
  ["Esc", "close what is open"],
  ["Alt + 1 … 7", "go to a screen"],
  ["?", "these keys"],
];

export function App() {
  const host = useHost();
  const work = useWork();
  const [started, setStarted] = useState<StartView | null>(null);
  const [engagement, setEngagement] = useState<EngagementView | null>(null);
  const [view, setView] = useState<View>(firstView);
  const [stamp, setStamp] = useState(0);
  const [keys, setKeys] = useState(false);
  const [dropping, setDropping] = useState(false);
  const [locked, setLocked] = useState<{ index: number; problem: ProblemView } | null>(null);
  const loaded = useRef(false);

  const enter = useCallback(
    async (opened: EngagementView, page?: Page) => {
      const kept = readView(await host.viewState());
      loaded.current = true;
      setLocked(null);
      setView(page ? { ...kept, page } : kept);
      setStamp((n) => n + 1);
      setEngagement(opened);
    },
    [host],
  );
  const begin = useCallback(async () => {
    const answer = await host.start();
    setStarted(answer);
    if (answer.open) await enter(answer.open);
  }, [host, enter]);
  const run = work.run;
  useEffect(() => {
    void run("Starting", begin);
  }, [run, begin]);
  const welcome = useCallback(() => {
    loaded.current = false;
    setEngagement(null);
    setLocked(null);
  }, []);
  const scanned = useCallback((opened: EngagementView) => enter(opened, "overview"), [enter]);
  /** What the program has open after a sign-in that was given up: what was open before, or nothing. */
  const left = useCallback(async () => {
    const answer = await host.start();
    setStarted(answer);
    if (!answer.open) welcome();
    else if (answer.open.hash !== engagement?.hash) await enter(answer.open);
  }, [host, engagement, enter, welcome]);
  const live = useLive(scanned, left);
  const openRecent = (index: number, passphrase: string | null) =>
    void run("Opening the engagement", async () => {
      try {
        await enter(passphrase === null ? await host.openRecent(index) : await host.openRecentWith(index, passphrase));
      } catch (error) {
        const problem = problemOf(error);
        if (["wrong-key", "no-keychain", "keychain-locked"].includes(problem.code)) setLocked({ index, problem });
        else if (problem.code === "nothing-open") await live.resume(index, passphrase ?? "");
        else throw error;
      }
    });

  const isStepping = live.step !== null;
  const openPaths = useCallback(
    (paths: string[]) => {
      if (paths.length === 0 || isStepping) return;
      void run("Reading files", async (onProgress) => enter(await host.openFiles(paths, onProgress)));
    },
    [host, run, enter, isStepping],
  );
  useEffect(() => {
    const listening = host.onFilesDropped(setDropping, openPaths);
    return () => void listening.then((stop) => stop());
  }, [host, openPaths]);

  // what is looked at is kept with the engagement, a little after the last change
  useEffect(() => {
    if (!engagement || !loaded.current) return;
    const timer = setTimeout(() => void host.keepViewState(JSON.stringify(view)).catch((error: unknown) => console.warn(problemOf(error).message)), 250);
    return () => clearTimeout(timer);
  }, [host, engagement, view]);

  const go = useCallback((page: Page) => setView((before) => ({ ...before, page })), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && (event.target.tagName === "INPUT" || event.target.tagName === "TEXTAREA" || event.target.tagName === "SELECT");
      const number = Number(event.key);
      const chosen = event.altKey && number >= 1 ? PAGES[number - 1] : undefined;
      if (chosen) {
        event.preventDefault();
        go(chosen.page);
      } else if (!typing && event.key === "/") {
        const search = document.getElementById("search");
        if (search) {
          event.preventDefault();
          search.focus();
        }
      } else if (!typing && event.key === "?") {
        setKeys((shown) => !shown);
      } else if (event.key === "Escape") {
        setKeys(false);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [go]);

  if (live.step) {
    const signedIn = (look: PreflightView) => {
      // the program closed what was open: the sign-in has an engagement of its own
      welcome();
      live.show(look);
    };
    return <LiveSteps live={live} step={live.step} again={engagement !== null} onSignedIn={signedIn} />;
  }
  if (!engagement) {
    if (!started) return <main className="empty">{work.problem ? <Problem problem={work.problem} again={() => void run("Starting", begin)} /> : <Progress progress={{ step: "Starting", done: 0, total: 0 }} />}</main>;
    return (
      <div className={dropping ? "dropping" : ""} style={{ height: "100%" }}>
        <WelcomePage
          version={started.version}
          recent={started.recent}
          work={work}
          onSample={() => void run("Auditing the sample fleet", async () => enter(await host.openSample()))}
          onFiles={() => void host.chooseFiles().then(openPaths)}
          onFolder={() => void host.chooseFolder().then(openPaths)}
          onSignIn={live.signIn}
          onRecent={(index) => openRecent(index, null)}
          locked={locked}
          onPassphrase={openRecent}
        />
      </div>
    );
  }

  const close = (next?: () => void) =>
    void run("Closing", async () => {
      await host.keepViewState(JSON.stringify(view));
      await host.close();
      welcome();
      setStarted(await host.start());
      next?.();
    });
  const gone = async () => {
    welcome();
    setStarted(await host.start());
  };
  const mark = `${engagement.hash} ${stamp}`;
  return (
    <div className={`frame${dropping ? " dropping" : ""}`}>
      <header className="head">
        <div className="brand">
          <Mark size={26} /> Quaymaster
        </div>
        <div className="facts">
          {engagement.isSample ? <span className="sample">sample</span> : null}
          <strong title={engagement.name}>{engagement.name}</strong>
          <span>as of {moment(engagement.asOf)}</span>
          <span>{coverageWords(engagement.coveragePercent)}</span>
        </div>
        <div className="spacer" />
        {engagement.isSample ? (
          <Button size="small" appearance="subtle" icon={<CloudRegular />} disabled={work.running !== null} onClick={() => close(live.signIn)}>
            Sign in to Azure
          </Button>
        ) : null}
        {isLive(engagement) ? (
          <Button size="small" appearance="subtle" icon={<ArrowSyncRegular />} disabled={work.running !== null} onClick={() => void run("Looking what can be read", live.lookAgain)}>
            Scan again
          </Button>
        ) : null}
        <Button size="small" appearance="subtle" onClick={() => go("reports")}>
          Report
        </Button>
        <Button id="close-engagement" size="small" appearance="subtle" onClick={() => close()}>
          {engagement.isSample ? "Open your own fleet" : "Close"}
        </Button>
      </header>
      <nav className="nav" aria-label="Screens">
        {PAGES.map(({ page, word, icon }) => (
          <button key={page} type="button" className="navitem" aria-current={view.page === page ? "page" : undefined} onClick={() => go(page)}>
            {icon}
            {word}
            {page === "coverage" && engagement.gaps > 0 ? <span className="badge">{counted(engagement.gaps, "gap", "gaps")}</span> : null}
          </button>
        ))}
        <div style={{ flex: 1 }} />
        <button type="button" className="navitem small" onClick={() => setKeys(!keys)} aria-expanded={keys}>
          <KeyboardRegular fontSize={20} /> Keys
        </button>
      </nav>
      <main className="main">
        {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
        {work.running ? <Progress progress={work.running} /> : null}
        {engagement.gaps > 0 && !view.gapsDismissed ? (
          <div className="banner" role="status">
            <span>
              {engagement.unreadSubscriptions > 0 ? `${counted(engagement.unreadSubscriptions, "subscription", "subscriptions")} could not be read. ` : ""}
              {counted(engagement.gaps, "gap", "gaps")} in what was read: nothing there counts as passed.
            </span>
            <button type="button" className="linklike" onClick={() => go("coverage")}>
              See coverage
            </button>
            <div className="spacer" />
            <Button size="small" appearance="subtle" onClick={() => setView({ ...view, gapsDismissed: true })}>
              Dismiss
            </Button>
          </div>
        ) : null}
        <Screen view={view} setView={setView} mark={mark} engagement={engagement} onAudited={() => setStamp((n) => n + 1)} onGone={() => void run("Closing", gone)} />
      </main>
      {keys ? (
        <aside className="card keys" aria-label="Keys">
          <h2>Keys</h2>
          <table className="plain">
            <tbody>
              {KEYS.map(([key, does]) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td>{does}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </aside>
      ) : null}
    </div>
  );
}

interface ScreenProps {
  view: View;
  setView: (change: (before: View) => View) => void;
  mark: string;
  engagement: EngagementView;
  onAudited: () => void;
  onGone: () => void;
}

function Screen({ view, setView, mark, engagement, onAudited, onGone }: ScreenProps) {
  const change = useCallback((part: Partial<View>) => setView((before) => ({ ...before, ...part })), [setView]);
  const openFinding = useCallback((finding: string | null) => change({ finding }), [change]);
  const openCluster = useCallback((id: string, instance: string) => change({ page: "clusters", cluster: { id, instance } }), [change]);
  switch (view.page) {
    case "overview":
      return (
        <OverviewPage
          stamp={mark}
          onFindings={(filter) => change({ page: "findings", filter, finding: null })}
          onFinding={(finding) => change({ page: "findings", filter: noFilter, finding })}
          onClusters={(exposures) => change({ page: "clusters", exposures, clusterText: "", cluster: null })}
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
          onFinding={(finding) => change({ page: "findings", filter: noFilter, finding })}
        />
      );
    case "rules":
      return <RulesPage stamp={mark} onFindings={(rule) => change({ page: "findings", filter: { ...noFilter, rules: [rule] }, finding: null })} />;
    case "coverage":
      return <CoveragePage stamp={mark} />;
    case "reports":
      return <ReportsPage stamp={mark} />;
    case "settings":
      return <SettingsPage stamp={mark} engagement={engagement} onSaved={onAudited} onGone={onGone} />;
    default:
      return assertNever(view.page);
  }
}
