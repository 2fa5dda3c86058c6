// What is beside the list: one row of it, whole.
import { Button } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import { usePaneFocus } from "./paneFocus";

export function Pane({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const pane = usePaneFocus();
  return (
    <aside ref={pane} className="pane" aria-label={label} tabIndex={-1}>
      <div className="paneclose">
        <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={`Close: ${label}`} onClick={onClose} />
      </div>
      {children}
    </aside>
  );
}
