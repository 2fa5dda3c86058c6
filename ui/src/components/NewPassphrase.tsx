// A passphrase typed twice.
import { Field, Input } from "@fluentui/react-components";
import { problemWithPassphrase } from "../words/live";

interface Props {
  first: string;
  second: string;
  /** Whether what is wrong is said; not while it is still being typed. */
  judged: boolean;
  onChange: (first: string, second: string) => void;
}

export function NewPassphrase({ first, second, judged, onChange }: Props) {
  const wrong = judged ? problemWithPassphrase(first, second) : "";
  const short = judged && first.length < 12;
  return (
    <div className="pair">
      <Field label="Passphrase" hint="At least 12 characters. Nobody can open it without." {...(short ? { validationMessage: wrong } : {})}>
        <Input type="password" autoComplete="new-password" value={first} onChange={(_, data) => onChange(data.value, second)} />
      </Field>
      <Field label="Passphrase again" {...(wrong !== "" && !short ? { validationMessage: wrong } : {})}>
        <Input type="password" autoComplete="new-password" value={second} onChange={(_, data) => onChange(first, data.value)} />
      </Field>
    </div>
  );
}
