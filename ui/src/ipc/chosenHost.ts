// Which host this build talks to; decided when it is built, so that the window carries no recording.
import type { Host } from "./host";

declare const __FAKE_HOST__: boolean;

export async function chooseHost(): Promise<Host> {
  if (__FAKE_HOST__) return (await import("./fakeHost")).fakeHost;
  return (await import("./tauriHost")).tauriHost;
}
