// What each screen is called, in the navigation and on the way back to it.

const SCREENS = {
  overview: "Overview",
  findings: "Findings",
  clusters: "Clusters",
  trusted: "Trusted Access",
  doors: "Doors",
  plan: "Closing plan",
  ownership: "Ownership",
  declared: "Declared",
  guardrails: "Guardrails",
  reports: "Reports",
  rules: "Rules",
  coverage: "Coverage",
  settings: "Settings",
};

export type ScreenName = keyof typeof SCREENS;

export function screenWord(screen: ScreenName): string {
  return SCREENS[screen];
}

/** What leads from one cluster back to where it was opened. */
export function backWord(from: ScreenName): string {
  return from === "clusters" ? "All clusters" : `Back to ${screenWord(from)}`;
}
