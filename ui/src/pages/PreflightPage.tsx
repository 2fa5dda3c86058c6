// The look before a scan: who is asking, what can be read, what is left out.
import { Button, Checkbox } from "@fluentui/react-components";
import { memo, useCallback, useMemo, useState } from "react";
import { CopyableCode } from "../components/Code";
import { LiveFrame } from "../components/LiveFrame";
import { MarkedWord } from "../components/Marked";
import { Problem, Progress } from "../components/Problem";
import type { AccessView, PreflightView, ScanRequest } from "../ipc/host";
import type { Work } from "../state/progress";
import { keptWords, readableWord, readerCommand, tickedWords } from "../words/live";
import { counted } from "../words/words";

interface Props {
  look: PreflightView;
  /** Whether an engagement is open and is scanned again. */
  again: boolean;
  /** What was chosen for the scan that was stopped. */
  chosen: ScanRequest | null;
  work: Work;
  onScan: (request: ScanRequest) => void;
  onSignOut: () => void;
  onBack: () => void;
}

export function PreflightPage({ look, again, chosen, work, onScan, onSignOut, onBack }: Props) {
  const all = look.subscriptions;
  const [ticked, setTicked] = useState(() => new Set(chosen && chosen.subscriptions.length > 0 ? chosen.subscriptions : all.map(({ id }) => id)));
  const [directory, setDirectory] = useState(chosen?.directory ?? false);
  const [fresh, setFresh] = useState(false);
  const count = useMemo(() => all.filter(({ id }) => ticked.has(id)).length, [all, ticked]);
  const tick = useCallback((id: string, on: boolean) => {
    setTicked((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);
  // all of them is said as such: one that appears meanwhile is then read too
  const scan = () => onScan({ subscriptions: count === all.length ? [] : all.filter(({ id }) => ticked.has(id)).map(({ id }) => id), directory, fresh });
  return (
    <LiveFrame step={1} title="What to scan" back={again ? "Back to the engagement" : "Back"} onBack={onBack}>
      {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
      {work.running ? <Progress progress={work.running} /> : null}
      <section className="card" aria-label="Signed in">
        <dl className="facts4">
          <Fact name="Signed in as" value={look.who} />
          <Fact name="Tenant" value={look.tenant} />
          <Fact name="Cloud" value={look.cloud} />
          <Fact name="Kept" value={keptWords(look, again)} />
        </dl>
      </section>
      {look.gaps.length > 0 ? (
        <section className="card">
          <h2>What could not be looked at</h2>
          <ul className="howto">
            {look.gaps.map((gap) => (
              <li key={`${gap.scope} ${gap.call}`}>
                {gap.message} {gap.hint}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section className="card">
        <h2>{counted(all.length, "subscription", "subscriptions")}</h2>
        {all.length === 0 ? (
          <p className="quiet">This sign-in sees no subscription. Ask for the Reader role on one, then sign in again.</p>
        ) : (
          <table className="plain ticks">
            <thead>
              <tr>
                <th scope="col">
                  <Checkbox aria-label="Select all" checked={count === all.length ? true : count === 0 ? false : "mixed"} onChange={(_, data) => setTicked(new Set(data.checked === true ? all.map(({ id }) => id) : []))} />
                </th>
                <th scope="col">Subscription</th>
                <th scope="col">State</th>
                <th scope="col">What can be read</th>
                <th scope="col">Role that would fix it</th>
              </tr>
            </thead>
            <tbody>
              {all.map((access) => (
                <Row key={access.id} access={access} who={look.who} ticked={ticked.has(access.id)} tick={tick} />
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="card">
        <h2>Also</h2>
        <div className="boxes">
          <Checkbox label="Also ask Microsoft Graph for expiring secrets and deleted principals (needs a consent of its own)" checked={directory} onChange={(_, data) => setDirectory(data.checked === true)} />
          <Checkbox label="Ask Azure again for everything" checked={fresh} onChange={(_, data) => setFresh(data.checked === true)} />
        </div>
      </section>
      <div className="act sticks">
        <Button appearance="primary" disabled={count === 0 || work.running !== null} onClick={scan}>
          {look.canResume && !fresh ? "Go on with the scan" : `Scan ${counted(count, "subscription", "subscriptions")}`}
        </Button>
        <Button disabled={work.running !== null} onClick={onSignOut}>
          Sign out
        </Button>
        <span role="status">{tickedWords(count, all.length)}</span>
      </div>
    </LiveFrame>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const Row = memo(function Row({ access, who, ticked, tick }: { access: AccessView; who: string; ticked: boolean; tick: (id: string, on: boolean) => void }) {
  const short = access.readable === "none" || access.readable === "some";
  return (
    <tr>
      <td>
        <Checkbox aria-label={access.name} checked={ticked} onChange={(_, data) => tick(access.id, data.checked === true)} />
      </td>
      <td>
        <div>{access.name}</div>
        <div className="mono quiet">{access.id}</div>
      </td>
      <td>{access.state}</td>
      <td>
        <MarkedWord marked={readableWord(access)} />
        {access.readable === "none" ? <div className="small quiet">Missing: {access.missing.join(", ")}</div> : null}
      </td>
      <td>
        {short ? (
          <>
            <div>Reader</div>
            <CopyableCode text={readerCommand(access.id, who)} label={`command for ${access.name}`} />
          </>
        ) : (
          <span className="quiet">–</span>
        )}
      </td>
    </tr>
  );
});
