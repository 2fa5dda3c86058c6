// First run, and whenever nothing is open.
import { Button } from "@fluentui/react-components";
import { CloudRegular, DocumentFolderRegular, FolderOpenRegular, VehicleShipRegular } from "@fluentui/react-icons";
import { Mark } from "../components/Mark";
import { Problem, Progress } from "../components/Problem";
import type { ProblemView, RecentView } from "../ipc/host";
import type { Work } from "../state/progress";
import { RecentList } from "./RecentList";

interface Props {
  version: string;
  recent: RecentView[];
  work: Work;
  onSample: () => void;
  onFiles: () => void;
  onFolder: () => void;
  onSignIn: () => void;
  onRecent: (index: number) => void;
  /** The engagement that asks for its passphrase, and why. */
  locked: { index: number; problem: ProblemView } | null;
  onPassphrase: (index: number, passphrase: string) => void;
}

export function WelcomePage({ version, recent, work, onSample, onFiles, onFolder, onSignIn, onRecent, locked, onPassphrase }: Props) {
  const busy = work.running !== null;
  return (
    <main className="welcome">
      <div className="side">
        <Mark size={64} water />
        <h1>Who can reach the API server of every AKS cluster?</h1>
        <p>Should they? How can the rest be closed without breaking anything? And what do you show your auditor?</p>
        <p>Quaymaster reads, and changes nothing in Azure. Nothing leaves this machine but calls to the cloud you sign in to.</p>
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
          <CloudRegular fontSize={28} aria-hidden="true" />
          <div>
            <h3>Azure</h3>
            <p className="quiet">Reads one tenant with your own sign-in. The Reader role is enough.</p>
          </div>
          <Button id="sign-in" disabled={busy} onClick={onSignIn}>
            Sign in to Azure
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
        <RecentList recent={recent} busy={busy} locked={locked} onRecent={onRecent} onPassphrase={onPassphrase} />
      </div>
    </main>
  );
}
