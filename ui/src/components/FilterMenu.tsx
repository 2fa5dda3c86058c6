// A filter chip: what it filters by, how many are chosen, a menu with counts.
import { Menu, MenuButton, MenuItemCheckbox, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";

export interface Choice {
  key: string;
  label: string;
  count: number;
}

export function FilterMenu({ name, choices, chosen, onChange }: { name: string; choices: Choice[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const label = chosen.length === 0 ? name : chosen.length === 1 ? `${name}: ${choices.find((c) => c.key === chosen[0])?.label ?? chosen[0]}` : `${name}: ${chosen.length}`;
  return (
    // in place: what opens stays inside the main part of the window
    <Menu inline checkedValues={{ chosen }} onCheckedValueChange={(_, data) => onChange(data.checkedItems)}>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton size="small" appearance={chosen.length > 0 ? "primary" : "outline"}>
          {label.length > 34 ? `${label.slice(0, 33)}…` : label}
        </MenuButton>
      </MenuTrigger>
      <MenuPopover className="menu">
        <MenuList style={{ maxHeight: 360, overflow: "auto" }}>
          {choices.map((choice) => (
            <MenuItemCheckbox key={choice.key} name="chosen" value={choice.key}>
              {choice.label} ({choice.count})
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
