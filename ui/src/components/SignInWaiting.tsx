// What a person has to do while the sign-in waits: nothing, or type a code on a page.
import { Button } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import type { SignInStep } from "../ipc/host";
import { CopyButton } from "./Code";

export function SignInWaiting({ step, onStop }: { step: SignInStep | null; onStop: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  const text = step?.text ?? "Signing in…";
  return (
    <div ref={place} className="card fields" tabIndex={-1} role="group" aria-label="Signing in">
      <p role="status">{text}</p>
      {step && step.code !== "" ? (
        <>
          <div className="row">
            <span className="devicecode">{step.code}</span>
            <CopyButton text={step.code} label="Copy code" />
          </div>
          <div className="row">
            <span className="mono">{step.page}</span>
            <CopyButton text={step.page} label="Copy page" />
          </div>
        </>
      ) : null}
      <progress aria-label={text} />
      <div className="row">
        <Button onClick={onStop}>Stop</Button>
      </div>
    </div>
  );
}
