// Starts the UI on the host of this build, in the colours of the system.
import { FluentProvider, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import "@fontsource/inter/latin-400.css";
import "@fontsource/inter/latin-600.css";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { chooseHost } from "./ipc/chosenHost";
import { HostProvider } from "./state/host";
import type { Host } from "./ipc/host";
import "./style/style.css";

// Segoe UI where the system has it, the bundled Inter elsewhere
const family = { fontFamilyBase: '"Segoe UI", "Inter", system-ui, sans-serif' };
const light = { ...webLightTheme, ...family };
const night = { ...webDarkTheme, ...family };

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const watch = (changed: () => void) => {
  dark.addEventListener("change", changed);
  return () => dark.removeEventListener("change", changed);
};

function Root({ host }: { host: Host }) {
  const isDark = useSyncExternalStore(watch, () => dark.matches);
  return (
    <FluentProvider theme={isDark ? night : light} className="provider">
      <HostProvider host={host}>
        <App />
      </HostProvider>
    </FluentProvider>
  );
}

const place = document.getElementById("root");
if (place) {
  void chooseHost().then((host) =>
    createRoot(place).render(
      <StrictMode>
        <Root host={host} />
      </StrictMode>,
    ),
  );
}
