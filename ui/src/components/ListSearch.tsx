// Search in a list, reached with "/"; and the way back to all of it.
import { Button, Input } from "@fluentui/react-components";
import { DismissRegular, SearchRegular } from "@fluentui/react-icons";

interface Props {
  label: string;
  text: string;
  onText: (text: string) => void;
  /** Whether anything narrows the list. */
  narrowed: boolean;
  onClear: () => void;
}

export function ListSearch({ label, text, onText, narrowed, onClear }: Props) {
  return (
    <>
      <Input id="search" size="small" contentBefore={<SearchRegular />} placeholder="Search" aria-label={label} value={text} onChange={(_, data) => onText(data.value)} />
      {narrowed ? (
        <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={onClear}>
          Clear filters
        </Button>
      ) : null}
    </>
  );
}
