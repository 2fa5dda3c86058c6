// The picture of the doors of one cluster, laid out: who → door → what they may do. The table below it is the truth.
import type { DoorView } from "../ipc/host";
import { REACHES, WHO_KINDS, reachWord, whoCounted } from "../words/access";
import { counted } from "../words/words";

export type LinkState = "open" | "dormant" | "unknown";

export interface PictureBox {
  key: string;
  title: string;
  /** A second line, cut to the width of the box. */
  line: string;
  /** All of it, for whoever points at the box. */
  hint: string;
  x: number;
  y: number;
  height: number;
}

export interface PictureLink {
  key: string;
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** How many doors it stands for. */
  doors: number;
  /** By how much they let their holders do, and how open they are. */
  width: number;
  state: LinkState;
  /** Open to everyone. */
  everyone: boolean;
  /** Trusted Access can take the place of these doors. */
  notNeeded: boolean;
}

export interface Picture {
  width: number;
  height: number;
  boxWidth: number;
  columns: { title: string; x: number }[];
  boxes: PictureBox[];
  links: PictureLink[];
}

const WIDTH = 960;
const BOX = 244;
const XS = [0, (WIDTH - BOX) / 2, WIDTH - BOX] as const;
const HEAD = 30;
const GAP = 12;
const LEAST_BOX = 46;
const MOST_BOXES = 8;
/** The box that lets in the most gives its links about so much room. */
const MOST_LINKS = 56;
const LEAST_LINK = 1.5;
/** As wide as a door to everything is at most. */
const WIDEST_DOOR = 12;
/** What a door lets its holder do, as a width; in the order of `REACHES`. */
const WEIGHTS = [4, 3, 2, 1];
/** A dormant door is half a door; what is not known may be open. */
const DORMANT = 0.5;
/** A way that is open to the whole internet is wider than one for a network. */
const EVERYONE = 3;
const LETTERS = 34;
const REST = "and more";

interface Column {
  /** Boxes from the top. */
  keys: string[];
  of: (door: DoorView) => string;
}

export function pictureOf(all: readonly DoorView[]): Picture {
  const doors = all.filter((door) => door.state !== "closed");
  const left = columnOf(doors, (door) => door.whoKind, byList(WHO_KINDS));
  const right = columnOf(doors, (door) => door.reach, byList(REACHES));
  const middle = columnOf(doors, (door) => door.door, () => 0);
  middle.keys = nearest(doors, middle, left);
  const columns = [left, middle, right];
  const bundles = [bundle(doors, left, middle), bundle(doors, middle, right)];
  const perBox = Math.max(1, ...columns.flatMap((column) => column.keys.map((key) => weightOf(doors.filter((door) => column.of(door) === key)))));
  const unit = Math.min(WIDEST_DOOR / Math.max(...WEIGHTS), MOST_LINKS / perBox);
  const thick = (weight: number) => Math.max(LEAST_LINK, weight * unit);

  const heights = columns.map((column, index) =>
    column.keys.map((key) => {
      const sides = [bundles[index - 1]?.filter((link) => link.to === key) ?? [], bundles[index]?.filter((link) => link.from === key) ?? []];
      const needed = sides.map((side) => side.reduce((sum, link) => sum + thick(link.weight) + 2, 0));
      return Math.max(LEAST_BOX, ...needed.map((height) => height + 8));
    }),
  );
  const totals = heights.map((column) => column.reduce((sum, height) => sum + height + GAP, 0));
  const inner = Math.max(0, ...totals);
  const boxes = columns.flatMap((column, index) => {
    let y = HEAD + (inner - (totals[index] ?? 0)) / 2;
    return column.keys.map((key, row): PictureBox => {
      const height = heights[index]?.[row] ?? LEAST_BOX;
      const box = { key: `${index} ${key}`, ...textsOf(index, key, doors.filter((door) => column.of(door) === key)), x: XS[index] ?? 0, y, height };
      y += height + GAP;
      return box;
    });
  });
  const links = bundles.flatMap((links, index) => drawn(links, boxes, index, thick));
  const titles = ["Who", "Door", "What they may do"];
  return { width: WIDTH, height: HEAD + inner, boxWidth: BOX, columns: titles.map((title, index) => ({ title, x: XS[index] ?? 0 })), boxes, links };
}

function byList(order: readonly string[]): (key: string) => number {
  return (key) => (order.includes(key) ? order.indexOf(key) : order.length);
}

/** The keys in their order; where there are too many, the ones with the fewest doors share the last box. */
function columnOf(doors: readonly DoorView[], of: (door: DoorView) => string, place: (key: string) => number): Column {
  const counts = new Map<string, number>();
  for (const door of doors) counts.set(of(door), (counts.get(of(door)) ?? 0) + 1);
  const keys = [...counts.keys()].sort((a, b) => place(a) - place(b));
  if (keys.length <= MOST_BOXES) return { keys, of };
  const kept = new Set([...keys].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, MOST_BOXES - 1));
  return { keys: [...keys.filter((key) => kept.has(key)), REST], of: (door) => (kept.has(of(door)) ? of(door) : REST) };
}

/** Doors beside those who hold them, so that fewer links cross. */
function nearest(doors: readonly DoorView[], column: Column, beside: Column): string[] {
  const middle = (key: string) => {
    if (key === REST) return Infinity;
    const places = doors.filter((door) => column.of(door) === key).map((door) => beside.keys.indexOf(beside.of(door)));
    return places.reduce((sum, place) => sum + place, 0) / Math.max(1, places.length);
  };
  return column.keys.map((key) => ({ key, at: middle(key) })).sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ key }) => key);
}

/** How much these doors let in: reach times openness. */
function weightOf(doors: readonly DoorView[]): number {
  const openness = (door: DoorView) => (isForEveryone(door) ? EVERYONE : door.state === "dormant" ? DORMANT : 1);
  return doors.reduce((sum, door) => sum + (WEIGHTS[REACHES.indexOf(door.reach)] ?? 1) * openness(door), 0);
}

function isForEveryone(door: DoorView): boolean {
  return door.state === "open" && door.whoKind === "everyone";
}

interface Bundle {
  from: string;
  to: string;
  state: LinkState;
  everyone: boolean;
  notNeeded: boolean;
  doors: number;
  weight: number;
}

/** Doors between the same two boxes in the same state are one link. */
function bundle(doors: readonly DoorView[], left: Column, right: Column): Bundle[] {
  const found = new Map<string, Bundle>();
  for (const door of doors) {
    const state: LinkState = door.state === "open" || door.state === "dormant" ? door.state : "unknown";
    const link = { from: left.of(door), to: right.of(door), state, everyone: isForEveryone(door), notNeeded: door.replaceable === "yes" };
    const key = JSON.stringify(link);
    const before = found.get(key);
    found.set(key, { ...link, doors: (before?.doors ?? 0) + 1, weight: (before?.weight ?? 0) + weightOf([door]) });
  }
  return [...found.values()].sort((a, b) => left.keys.indexOf(a.from) - left.keys.indexOf(b.from) || right.keys.indexOf(a.to) - right.keys.indexOf(b.to));
}

/** Links side by side along the edge of each box, in the order in which their other ends stand. */
function drawn(bundles: Bundle[], boxes: PictureBox[], index: number, thick: (weight: number) => number): PictureLink[] {
  const box = (column: number, key: string) => boxes.find((one) => one.key === `${column} ${key}`);
  const ends = (column: number, own: (link: Bundle) => string, other: (link: Bundle) => string) => {
    const places = new Map<Bundle, number>();
    for (const key of new Set(bundles.map(own))) {
      const here = bundles.filter((link) => own(link) === key);
      const otherY = (link: Bundle) => box(column === index ? index + 1 : index, other(link))?.y ?? 0;
      here.sort((a, b) => otherY(a) - otherY(b));
      const target = box(column, key);
      const all = here.reduce((sum, link) => sum + thick(link.weight) + 2, 0);
      let y = (target?.y ?? 0) + ((target?.height ?? 0) - all) / 2;
      for (const link of here) {
        places.set(link, y + thick(link.weight) / 2 + 1);
        y += thick(link.weight) + 2;
      }
    }
    return places;
  };
  const starts = ends(index, (link) => link.from, (link) => link.to);
  const stops = ends(index + 1, (link) => link.to, (link) => link.from);
  return bundles.map((link) => ({
    key: `${index} ${link.from} ${link.to} ${link.state} ${String(link.everyone)} ${String(link.notNeeded)}`,
    from: { x: (XS[index] ?? 0) + BOX, y: starts.get(link) ?? 0 },
    to: { x: XS[index + 1] ?? 0, y: stops.get(link) ?? 0 },
    doors: link.doors,
    width: thick(link.weight),
    state: link.state,
    everyone: link.everyone,
    notNeeded: link.notNeeded,
  }));
}

/** Cut at the end: a box is no place for long names. */
export function cut(text: string, most = LETTERS): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** As many names as fit, and how many more there are. */
export function namesIn(names: readonly string[], most = LETTERS): string {
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = names.length - shown;
    const text = names.slice(0, shown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (text.length <= most) return text;
  }
  const rest = names.length - 1;
  const tail = rest > 0 ? ` and ${rest} more` : "";
  return `${cut(names[0] ?? "", most - tail.length)}${tail}`;
}

function statesIn(doors: readonly DoorView[]): string {
  const states: [string, string][] = [["open", "open"], ["dormant", "dormant"], ["unknown", "not known"]];
  const parts = states.map(([state, word]) => [doors.filter((door) => door.state === state).length, word] as const);
  return parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(" · ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function textsOf(column: number, key: string, doors: readonly DoorView[]): { title: string; line: string; hint: string } {
  const states = statesIn(doors);
  if (column === 0) {
    const names = [...new Map(doors.map((door) => [door.who, door.whoName])).values()];
    const title = key === REST ? `And ${counted(names.length, "more", "more")}` : capital(whoCounted(key, names.length));
    return { title, line: key === "everyone" ? states : namesIn(names), hint: `${title}: ${names.join(", ")}` };
  }
  const kinds = new Set(doors.map((door) => (column === 1 ? door.door : door.reach)));
  const title = key === REST ? `And ${kinds.size} more` : column === 1 ? key : capital(reachWord(key));
  return { title: cut(title), line: cut(states), hint: key === REST ? [...kinds].join(", ") : `${title}: ${counted(doors.length, "door", "doors")}, ${states}` };
}
