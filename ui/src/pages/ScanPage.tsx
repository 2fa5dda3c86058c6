// The scan while it runs: how far it is, what it waits for, and how to stop it without losing what was read.
import { Button } from "@fluentui/react-components";
import { LiveFrame } from "../components/LiveFrame";
import { MarkedWord } from "../components/Marked";
import { Problem, Progress } from "../components/Problem";
import type { ScanLineView, ScanProgressView } from "../ipc/host";
import type { Work } from "../state/progress";
import type { Scan } from "../state/scan";
import { leftWords, lineWord } from "../words/live";

interface Props {
  scan: Scan;
  work: Work;
  onGoOn: () => void;
}

export function ScanPage({ scan, work, onGoOn }: Props) {
  const { progress } = scan;
  const shown = work.problem ?? scan.problem;
  const stopped = scan.problem?.code === "cancelled";
  return (
    <LiveFrame step={2} title={scan.running ? "Reading the fleet" : stopped ? "The scan is stopped" : "The scan"}>
      {shown ? <Problem problem={shown} /> : null}
      {work.running ? <Progress progress={work.running} /> : null}
      {progress ? <Figures progress={progress} /> : null}
      <section className="card fields" aria-label="Progress">
        {progress && progress.known > 0 ? (
          <progress max={progress.known} value={progress.answered} aria-label="Answers read" />
        ) : scan.running ? (
          <progress aria-label="Answers read" />
        ) : null}
        <div className="act">
          {scan.running ? (
            <Button key="stop" onClick={scan.stop} disabled={scan.stopping}>
              {scan.stopping ? "Stopping…" : "Stop"}
            </Button>
          ) : scan.problem ? (
            <Button key="go-on" appearance="primary" disabled={work.running !== null} onClick={onGoOn}>
              {stopped ? "Go on" : "Back to the subscriptions"}
            </Button>
          ) : null}
          <span>{scan.running ? leftWords(progress?.secondsLeft ?? null) : "Nothing is being read."}</span>
          {progress && progress.reused > 0 ? <span className="quiet">{progress.reused.toLocaleString("en-GB")} answers were held already</span> : null}
          <span role="status" className="waits">
            {scan.running && progress && progress.waitingSeconds > 0 ? <strong>waiting {progress.waitingSeconds} s, as Azure asked</strong> : null}
          </span>
        </div>
      </section>
      {progress ? <Lines lines={scan.lines} running={scan.running} all={progress.allSubscriptions} /> : null}
    </LiveFrame>
  );
}

function Figures({ progress }: { progress: ScanProgressView }) {
  const figures: [string, number, string][] = [
    ["Clusters", progress.clusters, ""],
    ["Answers", progress.answered, `of ${progress.known.toLocaleString("en-GB")}`],
    ["Requests per second", progress.perSecond, ""],
    ["Not read", progress.gaps, ""],
  ];
  return (
    <div className="tiles">
      {figures.map(([name, value, of]) => (
        <div key={name} className="card tile">
          <h2>{name}</h2>
          <div className="figure">
            {value.toLocaleString("en-GB")} <span className="of">{of}</span>
          </div>
        </div>
      ))}
    </div>
  );
}

function Lines({ lines, running, all }: { lines: ScanLineView[]; running: boolean; all: number }) {
  return (
    <section className="card">
      <h2>Subscriptions</h2>
      <table className="plain lines">
        <thead>
          <tr>
            <th scope="col">Subscription</th>
            <th scope="col" className="num">
              Clusters
            </th>
            <th scope="col" className="num">
              Answers
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td>{line.name}</td>
              <td className="num">{line.clusters}</td>
              <td className="num">
                {line.answered} of {line.known}
              </td>
              <td>
                <MarkedWord marked={lineWord(line, running)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > lines.length ? <p className="small quiet">{lines.length} of {all} are listed; the coverage holds them all afterwards.</p> : null}
    </section>
  );
}
