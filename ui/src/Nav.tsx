// The way to every screen, in four small groups.
import { ArrowSplitRegular, BranchCompareRegular, ClipboardTaskListLtrRegular, DataPieRegular, DocumentPdfRegular, DoorArrowLeftRegular, GaugeRegular, GridRegular, KeyboardRegular, PeopleRegular, ServerRegular, SettingsRegular, ShieldTaskRegular, TextBulletListSquareWarningRegular } from "@fluentui/react-icons";
import { useId, type ReactNode } from "react";
import type { Page } from "./state/view";
import { screenWord } from "./words/screens";
import { counted } from "./words/words";

interface Item {
  page: Page;
  icon: ReactNode;
  /** Where its word is short for something. */
  whole?: string;
}

/** In the order of `PAGES`. */
const GROUPS: { title: string; items: Item[] }[] = [
  {
    title: "Posture",
    items: [
      { page: "overview", icon: <GaugeRegular fontSize={20} /> },
      { page: "findings", icon: <TextBulletListSquareWarningRegular fontSize={20} /> },
      { page: "clusters", icon: <ServerRegular fontSize={20} /> },
    ],
  },
  {
    title: "Access",
    items: [
      { page: "trusted", icon: <GridRegular fontSize={20} /> },
      { page: "doors", icon: <DoorArrowLeftRegular fontSize={20} /> },
      { page: "plan", icon: <ArrowSplitRegular fontSize={20} /> },
    ],
  },
  {
    title: "Governance",
    items: [
      { page: "ownership", icon: <PeopleRegular fontSize={20} /> },
      { page: "declared", icon: <BranchCompareRegular fontSize={20} />, whole: "Declared against deployed" },
      { page: "guardrails", icon: <ShieldTaskRegular fontSize={20} /> },
    ],
  },
  {
    title: "Evidence",
    items: [
      { page: "reports", icon: <DocumentPdfRegular fontSize={20} /> },
      { page: "rules", icon: <ClipboardTaskListLtrRegular fontSize={20} /> },
      { page: "coverage", icon: <DataPieRegular fontSize={20} /> },
      { page: "settings", icon: <SettingsRegular fontSize={20} /> },
    ],
  },
];

interface Props {
  page: Page;
  gaps: number;
  /** Whether the list of keys is shown. */
  keys: boolean;
  onGo: (page: Page) => void;
  onKeys: () => void;
}

export function Nav({ page, gaps, keys, onGo, onKeys }: Props) {
  const id = useId();
  return (
    <nav className="nav" aria-label="Screens">
      {GROUPS.map((group) => (
        <div key={group.title} className="navgroup" role="group" aria-labelledby={`${id}-${group.title}`}>
          <div className="navhead" id={`${id}-${group.title}`}>
            {group.title}
          </div>
          {group.items.map((item) => (
            <button key={item.page} type="button" className="navitem" title={item.whole} aria-current={page === item.page ? "page" : undefined} onClick={() => onGo(item.page)}>
              {item.icon}
              {screenWord(item.page)}
              {item.page === "coverage" && gaps > 0 ? <span className="badge">{counted(gaps, "gap", "gaps")}</span> : null}
            </button>
          ))}
        </div>
      ))}
      <div style={{ flex: 1 }} />
      <button type="button" className="navitem small" onClick={onKeys} aria-expanded={keys}>
        <KeyboardRegular fontSize={20} /> Keys
      </button>
    </nav>
  );
}
