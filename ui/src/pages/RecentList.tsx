// What was opened before; a locked one asks for its passphrase in its own row.
import { Button, Field, Input } from "@fluentui/react-components";
import { useEffect, useRef, useState, type FormEvent } from "react";
import type { ProblemView, RecentView } from "../ipc/host";
import { moment } from "../words/words";

interface Props {
  recent: RecentView[];
  busy: boolean;
  locked: { index: number; problem: ProblemView } | null;
  onRecent: (index: number) => void;
  onPassphrase: (index: number, passphrase: string) => void;
}

export function RecentList({ recent, busy, locked, onRecent, onPassphrase }: Props) {
  if (recent.length === 0) return <p className="quiet">Nothing yet. What you open is kept on this machine and listed here.</p>;
  return (
    <div className="card">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Engagement</th>
            <th scope="col">Opened</th>
          </tr>
        </thead>
        <tbody>
          {recent.map(({ index, name, opened }) => (
            <tr key={index}>
              <td>
                <button type="button" className="linklike" disabled={busy} onClick={() => onRecent(index)}>
                  {name}
                </button>
                {locked?.index === index ? <Locked problem={locked.problem} busy={busy} onOpen={(passphrase) => onPassphrase(index, passphrase)} /> : null}
              </td>
              <td>{moment(opened)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Locked({ problem, busy, onOpen }: { problem: ProblemView; busy: boolean; onOpen: (passphrase: string) => void }) {
  const [passphrase, setPassphrase] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), [problem]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passphrase !== "") onOpen(passphrase);
  };
  return (
    <form ref={form} className="locked" onSubmit={submit}>
      <Field label="Passphrase" validationMessage={`${problem.message} ${problem.hint}`}>
        <Input type="password" autoComplete="current-password" value={passphrase} onChange={(_, data) => setPassphrase(data.value)} />
      </Field>
      <Button type="submit" disabled={busy || passphrase === ""}>
        Open
      </Button>
    </form>
  );
}
