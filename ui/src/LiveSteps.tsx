// The step between the welcome screen and an engagement that is read from Azure.
import { PreflightPage } from "./pages/PreflightPage";
import { ScanPage } from "./pages/ScanPage";
import { SignInPage } from "./pages/SignInPage";
import type { PreflightView } from "./ipc/host";
import type { Live, Step } from "./state/live";
import { assertNever } from "./words/words";

export function LiveSteps({ live, step, again, onSignedIn }: { live: Live; step: Step; again: boolean; onSignedIn: (look: PreflightView) => void }) {
  switch (step.at) {
    case "sign-in":
      return <SignInPage problem={step.problem} onSignedIn={onSignedIn} onBack={live.leave} />;
    case "preflight":
      return <PreflightPage look={step.look} again={again} chosen={step.chosen} work={live.work} onScan={live.begin} onSignOut={live.signOut} onBack={live.leave} />;
    case "scan":
      return <ScanPage scan={live.scan} work={live.work} onGoOn={live.goOn} />;
    default:
      return assertNever(step);
  }
}
