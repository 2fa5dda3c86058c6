// Files to take away: asking for a place, writing them there, and what was written.
import { useCallback, useState } from "react";
import type { ExportKind, SavedView } from "../ipc/host";
import { useHost } from "./host";
import { useWork, type Work } from "./progress";

export interface Exporting {
  work: Work;
  saved: SavedView | null;
  save: (kind: ExportKind, cluster?: string, managementGroup?: string) => void;
  openFolder: () => void;
}

export function useExport(): Exporting {
  const host = useHost();
  const work = useWork();
  const [saved, setSaved] = useState<SavedView | null>(null);
  const { run } = work;
  const save: Exporting["save"] = useCallback(
    (kind, cluster = "", managementGroup = "") =>
      void run("Asking where to save", async () => {
        setSaved(null);
        setSaved(await host.saveExport(kind, cluster, managementGroup));
      }),
    [host, run],
  );
  const openFolder = useCallback(() => void run("Opening the folder", () => host.openFolder()), [host, run]);
  return { work, saved, save, openFolder };
}
