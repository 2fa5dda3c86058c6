// Frame, navigation, gap banner; which engagement and which screen.
import { Button } from "@fluentui/react-components";
import { ArrowSyncRegular, CloudRegular } from "@fluentui/react-icons";
import { useCallback, useEffect, useRef, useState } from "react";
import { Mark } from "./components/Mark";
import { Problem, Progress } from "./components/Problem";
import type { EngagementView, PreflightView, ProblemView, StartView } from "./ipc/host";
import { LiveSteps } from "./LiveSteps";
import { Nav } from "./Nav";
import { WelcomePage } from "./pages/WelcomePage";
import { Screen } from "./Screen";
import { useHost, problemOf } from "./state/host";
import { useLive } from "./state/live";
import { useWork } from "./state/progress";
import { PAGES, firstView, isLive, readView, type Page, type View } from "./state/view";
import { counted, coverageFigure, coverageWords, day, moment } from "./words/words";

const KEYS: [string, string][] = [
  ["/", "search"],
  ["↑ ↓ PgUp PgDn Home End", "move in a table"],
  ["← → Home End", "move in tabs"],
  ["Enter", "open the row"],
  ["Esc", "close what is open; from one cluster, go back"],
  ["Alt + 1 … 9", "go to one of the first nine screens"],
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
        go(chosen);
      } else if (!typing && event.key === "/") {
        const search = document.getElementById("search");
        if (search) {
          event.preventDefault();
          search.focus();
        }
      } else if (!typing && event.key === "?") {
        setKeys((shown) => !shown);
      } else if (keys && event.key === "Escape") {
        // nothing behind the list of keys closes with it
        event.preventDefault();
        setKeys(false);
      }
    };
    // before whoever else listens for Esc
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [go, keys]);

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
  /** The same engagement after another audit: what every screen shows is stale. */
  const audited = (opened?: EngagementView) => {
    if (opened) setEngagement(opened);
    setStamp((n) => n + 1);
  };
  return (
    <div className={`frame${dropping ? " dropping" : ""}`}>
      <header className="head">
        <div className="brand">
          <Mark size={26} /> <span className="name">Quaymaster</span>
        </div>
        <div className="facts">
          {engagement.isSample ? <span className="sample">sample</span> : null}
          <strong title={engagement.name}>{engagement.name}</strong>
          <span title={`as of ${moment(engagement.asOf)}`}>
            <span className="long">as of {moment(engagement.asOf)}</span>
            <span className="brief">{day(engagement.asOf)}</span>
          </span>
          <span title={coverageWords(engagement.coveragePercent)}>
            <span className="long">{coverageWords(engagement.coveragePercent)}</span>
            <span className="brief">{coverageFigure(engagement.coveragePercent)}</span>
          </span>
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
      <Nav page={view.page} gaps={engagement.gaps} keys={keys} onGo={go} onKeys={() => setKeys(!keys)} />
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
        <Screen view={view} setView={setView} mark={mark} engagement={engagement} onAudited={audited} onGone={() => void run("Closing", gone)} />
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
