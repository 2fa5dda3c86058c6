// A copy of the open engagement, the end of its sign-in, and its end.
import { Button, Field, Input } from "@fluentui/react-components";
import { useState, type FormEvent } from "react";
import { NewPassphrase } from "../components/NewPassphrase";
import { Problem, Progress } from "../components/Problem";
import { useAsked, useHost } from "../state/host";
import { useWork } from "../state/progress";
import { howKept, problemWithPassphrase } from "../words/live";

const REMOVE = "remove";

export function ThisEngagement({ isLive, onGone }: { isLive: boolean; onGone: () => void }) {
  const host = useHost();
  const work = useWork();
  const kept = useAsked("how kept", (asked) => asked.howKept());
  const [signedOut, setSignedOut] = useState(false);
  const busy = work.running !== null;
  const signOut = () =>
    void work.run("Signing out", async () => {
      await host.signOut();
      setSignedOut(true);
    });
  const purge = () =>
    void work.run("Removing the engagement", async () => {
      await host.purgeEngagement();
      onGone();
    });
  return (
    <section className="card fields" aria-labelledby="this-engagement">
      <h2 id="this-engagement">This engagement</h2>
      {kept.state === "here" ? <p className="quiet">{howKept(kept.answer)}</p> : null}
      {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
      {work.running ? <Progress progress={work.running} /> : null}
      <Copy busy={busy} run={work.run} />
      {isLive ? (
        <div className="fields part">
          <h3>Sign out</h3>
          <p className="quiet">Forgets the sign-in that is kept with the engagement. What was read stays.</p>
          <div className="row">
            <Button disabled={busy} onClick={signOut}>
              Sign out
            </Button>
            {signedOut ? <span role="status">Signed out. Scan again asks for a new sign-in.</span> : null}
          </div>
        </div>
      ) : null}
      <Remove busy={busy} onRemove={purge} />
    </section>
  );
}

function Copy({ busy, run }: { busy: boolean; run: ReturnType<typeof useWork>["run"] }) {
  const host = useHost();
  const [passphrase, setPassphrase] = useState({ first: "", second: "" });
  const [judged, setJudged] = useState(false);
  const [place, setPlace] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setPlace(null);
    const wrong = problemWithPassphrase(passphrase.first, passphrase.second) !== "";
    setJudged(wrong);
    if (wrong) return;
    void run("Writing the copy", async () => {
      setPlace(await host.exportEngagement(passphrase.first));
      setPassphrase({ first: "", second: "" });
    });
  };
  return (
    <form className="fields part" onSubmit={submit} noValidate>
      <h3>Export a copy</h3>
      <p className="quiet">An encrypted file that its passphrase opens on any machine.</p>
      <NewPassphrase first={passphrase.first} second={passphrase.second} judged={judged} onChange={(first, second) => setPassphrase({ first, second })} />
      <div className="row">
        <Button type="submit" disabled={busy}>
          Export a copy
        </Button>
        {place ? (
          <span role="status">
            Written to <span className="mono">{place}</span>
          </span>
        ) : null}
      </div>
    </form>
  );
}

function Remove({ busy, onRemove }: { busy: boolean; onRemove: () => void }) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim().toLowerCase() === REMOVE) onRemove();
  };
  return (
    <form className="fields part" onSubmit={submit}>
      <h3>Remove for good</h3>
      <p className="quiet">Its key and its file go, and every audit in it. There is no way back. Reports that were saved stay.</p>
      <Field label={`Type “${REMOVE}” to go on`} className="short">
        <Input autoComplete="off" value={typed} onChange={(_, data) => setTyped(data.value)} />
      </Field>
      <div className="row">
        <Button type="submit" disabled={busy || typed.trim().toLowerCase() !== REMOVE}>
          Remove for good
        </Button>
      </div>
    </form>
  );
}
