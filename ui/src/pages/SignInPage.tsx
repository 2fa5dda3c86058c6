// Signing in to one tenant: where, as which application, how, and how what is read is kept.
import { Button, Field, Input, Radio, RadioGroup, Select } from "@fluentui/react-components";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { LiveFrame } from "../components/LiveFrame";
import { NewPassphrase } from "../components/NewPassphrase";
import { Problem, Skeleton } from "../components/Problem";
import { SignInWaiting } from "../components/SignInWaiting";
import type { Keeping, PreflightView, ProblemView, SignInMemory, SignInMethod, SignInStep } from "../ipc/host";
import { useAsked, useHost } from "../state/host";
import { useWork } from "../state/progress";
import { problemWithPassphrase } from "../words/live";

interface Props {
  /** Why the sign-in is needed again. */
  problem: ProblemView | null;
  onSignedIn: (look: PreflightView) => void;
  onBack: () => void;
}

const CLOUDS = [
  ["public", "Azure"],
  ["us-government", "Azure US Government"],
  ["china", "Azure China"],
] as const;

export function SignInPage({ problem, onSignedIn, onBack }: Props) {
  const memory = useAsked("sign-in memory", (host) => host.signInMemory());
  return (
    <LiveFrame step={0} title="Sign in to Azure" back="Back" onBack={onBack}>
      {memory.state === "waiting" ? <Skeleton lines={6} /> : null}
      {memory.state === "failed" ? <Problem problem={memory.problem} again={memory.again} /> : null}
      {memory.state === "here" ? <Form memory={memory.answer} before={problem} onSignedIn={onSignedIn} /> : null}
    </LiveFrame>
  );
}

function Form({ memory, before, onSignedIn }: { memory: SignInMemory; before: ProblemView | null; onSignedIn: (look: PreflightView) => void }) {
  const host = useHost();
  const work = useWork();
  const named = memory.cloud === "" || CLOUDS.some(([key]) => key === memory.cloud);
  const [tenant, setTenant] = useState(memory.tenant);
  const [clientId, setClientId] = useState(memory.clientId);
  const [cloud, setCloud] = useState(named ? memory.cloud || "public" : "custom");
  const [cloudFile, setCloudFile] = useState(named ? "" : memory.cloud);
  const [method, setMethod] = useState<SignInMethod>("browser");
  const [keeping, setKeeping] = useState<Keeping>("keychain");
  const [passphrase, setPassphrase] = useState({ first: "", second: "" });
  const [judged, setJudged] = useState(false);
  const [step, setStep] = useState<SignInStep | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const running = work.running !== null;

  const wrong = {
    tenant: tenant.trim() === "",
    client: method !== "azure-cli" && clientId.trim() === "",
    cloud: cloud === "custom" && cloudFile.trim() === "",
    passphrase: keeping === "passphrase" && problemWithPassphrase(passphrase.first, passphrase.second) !== "",
  };
  const needed = (is: boolean, what: string) => (judged && is ? { validationMessage: what } : {});

  // the form comes back after the waiting: to the choice that has to change, or to what is wrong
  const code = work.problem?.code;
  useEffect(() => {
    if (running || !code) return;
    const place = code === "no-keychain" || code === "keychain-locked" ? '[role="radiogroup"][data-keeping] input:checked' : "button[type=submit]";
    form.current?.querySelector<HTMLElement>(place)?.focus();
  }, [running, code]);
  useEffect(() => {
    if (judged) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [judged]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setJudged(true);
    if (wrong.tenant || wrong.client || wrong.cloud || wrong.passphrase) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      return;
    }
    setStep(null);
    const request = {
      method,
      tenant: tenant.trim(),
      clientId: method === "azure-cli" ? "" : clientId.trim(),
      cloud: cloud === "custom" ? cloudFile.trim() : cloud,
      keeping,
      passphrase: keeping === "passphrase" ? passphrase.first : "",
    };
    void work.run("Signing in", async () => onSignedIn(await host.signIn(request, setStep)));
  };
  const shown = work.problem ?? before;
  if (running) return <SignInWaiting step={step} onStop={() => void host.stopWork()} />;
  return (
    <form ref={form} className="fields" onSubmit={submit} noValidate>
      <p className="quiet">Reads only; the Reader role is enough. Nothing leaves this machine but calls to the chosen cloud.</p>
      {shown ? <Problem problem={shown} {...(work.problem ? { dismiss: work.clear } : {})} /> : null}
      <section className="card fields">
        <h2>Where</h2>
        <div className="pair">
          <Field label="Tenant" hint="Its id or one of its domains" required {...needed(wrong.tenant, "Type the id or a domain of the tenant.")}>
            <Input value={tenant} onChange={(_, data) => setTenant(data.value)} />
          </Field>
          <Field label="Cloud">
            <Select value={cloud} onChange={(_, data) => setCloud(data.value)}>
              {CLOUDS.map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
              <option value="custom">Custom</option>
            </Select>
          </Field>
        </div>
        {cloud === "custom" ? (
          <Field label="Path of the cloud file" hint="A JSON file with the addresses of that cloud" required {...needed(wrong.cloud, "Type the path of the file.")}>
            <Input className="mono" value={cloudFile} onChange={(_, data) => setCloudFile(data.value)} />
          </Field>
        ) : null}
      </section>
      <section className="card fields">
        <h2>How</h2>
        <Field label="How to sign in">
          <RadioGroup value={method} onChange={(_, data) => setMethod(data.value as SignInMethod)}>
            <Radio value="browser" label="Browser" />
            <Radio value="device-code" label="Device code" />
            <Radio value="azure-cli" label="Azure CLI sign-in of this machine" />
          </RadioGroup>
        </Field>
        {method === "azure-cli" ? null : (
          <>
            <Field label="Application (client) ID" hint="The app registration that asks in your name. It sees no more than you do." required {...needed(wrong.client, "Paste the id of the app registration.")}>
              <Input className="mono" placeholder="00000000-0000-0000-0000-000000000000" value={clientId} onChange={(_, data) => setClientId(data.value)} />
            </Field>
            <details className="small">
              <summary>How to register one</summary>
              <ol className="howto">
                <li>Microsoft Entra ID, App registrations, New registration: any name, this organisation only.</li>
                <li>
                  Platform “Mobile and desktop applications” with the redirect <span className="mono">http://localhost</span>.
                </li>
                <li>Authentication: allow public client flows. It has no secret and no certificate.</li>
                <li>
                  API permissions: Azure Service Management, delegated, <span className="mono">user_impersonation</span>.
                </li>
                <li>Copy the Application (client) ID from its overview.</li>
              </ol>
            </details>
          </>
        )}
      </section>
      <section className="card fields">
        <h2>What is read</h2>
        <Field label="How to keep what is read">
          <RadioGroup data-keeping="" value={keeping} onChange={(_, data) => setKeeping(data.value as Keeping)}>
            <Radio value="keychain" label="Encrypted, key in the keychain of this desktop" />
            <Radio value="passphrase" label="Encrypted with a passphrase" />
            <Radio value="memory" label="In memory only, gone when the window closes" />
          </RadioGroup>
        </Field>
        {keeping === "passphrase" ? <NewPassphrase first={passphrase.first} second={passphrase.second} judged={judged} onChange={(first, second) => setPassphrase({ first, second })} /> : null}
      </section>
      <div className="row">
        <Button type="submit" appearance="primary">
          Sign in
        </Button>
      </div>
    </form>
  );
}
