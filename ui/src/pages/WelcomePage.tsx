// First run, and whenever nothing is open.
import { Button } from "@fluentui/react-components";
import { DocumentFolderRegular, FolderOpenRegular, VehicleShipRegular } from "@fluentui/react-icons";
import { Mark } from "../components/Mark";
import { Problem, Progress } from "../components/Problem";
import type { RecentView } from "../ipc/host";
import type { Work } from "../state/progress";
import { moment } from "../words/words";

interface Props {
  version: string;
  recent: RecentView[];
  work: Work;
  onSample: () => void;
  onFiles: () => void;
  onFolder: () => void;
  onRecent: (index: number) => void;
}

export function WelcomePage({ version, recent, work, onSample, onFiles, onFolder, onRecent }: Props) {
  const busy = work.running !== null;
  return (
    <main className="welcome">
      <div className="side">
        <Mark size={64} water />
        <h1>Who can reach the API server of every AKS cluster?</h1>
        <p>Should they? How can the rest be closed without breaking anything? And what do you show your auditor?</p>
        <p>Quaymaster reads, and changes nothing in Azure. Nothing leaves this machine.</p>
        <p className="small">Version {version}</p>
      </div>
      <div className="choices">
        <h2>Open a fleet</h2>
        {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
        {work.running ? <Progress progress={work.running} /> : null}
        <div className="card choice">
          <VehicleShipRegular fontSize={28} aria-hidden="true" />
          <div>
            <h3>Sample fleet</h3>
            <p className="quiet">60 clusters of a company that does not exist, with the mistakes of one that does.</p>
          </div>
          <Button id="open-sample" appearance="primary" disabled={busy} onClick={onSample}>
            Open sample
          </Button>
        </div>
        <div className="card choice">
          <DocumentFolderRegular fontSize={28} aria-hidden="true" />
          <div>
            <h3>Collected files</h3>
            <p className="quiet">
              What <span className="mono">az aks list -o json</span>, ARM or Resource Graph printed: files, a folder or a zip. You can also drop them on this window.
            </p>
          </div>
          <Button disabled={busy} onClick={onFiles}>
            Choose files
          </Button>
          <Button disabled={busy} onClick={onFolder} icon={<FolderOpenRegular />}>
            Folder
          </Button>
        </div>
        <h2>Opened before</h2>
        {recent.length === 0 ? <p className="quiet">Nothing yet. What you open is kept on this machine and listed here.</p> : null}
        <div className="card" hidden={recent.length === 0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Engagement</th>
                <th scope="col">Opened</th>
              </tr>
            </thead>
            <tbody>
              {recent.map((engagement) => (
                <tr key={engagement.index}>
                  <td>
                    <button type="button" className="linklike" disabled={busy} onClick={() => onRecent(engagement.index)}>
                      {engagement.name}
                    </button>
                  </td>
                  <td>{moment(engagement.opened)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </main>
  );
}
