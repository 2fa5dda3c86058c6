import { describe, expect, it } from "vitest";
import type { DoorView } from "../ipc/host";
import { cut, namesIn, pictureOf } from "./doorsPicture";

const door = (part: Partial<DoorView> = {}): DoorView => ({ door: "Run command", state: "open", whoKind: "person", who: "a", whoName: "Anna", reach: "admin", right: "", shownBy: "", replaceable: "no", ...part });
const many = (count: number, part: (n: number) => Partial<DoorView>) => Array.from({ length: count }, (_, n) => door(part(n)));

describe("the picture of the doors", () => {
  it("has nothing to draw where every door is closed", () => {
    const picture = pictureOf([door({ state: "closed" })]);
    expect(picture.boxes).toEqual([]);
    expect(picture.links).toEqual([]);
  });

  it("leads from who through the door to what they may do", () => {
    const picture = pictureOf([door(), door({ who: "b", whoName: "Berg" })]);
    expect(picture.boxes.map(({ title }) => title)).toEqual(["2 people", "Run command", "Everything, as administrator"]);
    expect(picture.boxes[0]?.line).toBe("Anna, Berg");
    expect(picture.links.map(({ doors }) => doors)).toEqual([2, 2]);
  });

  it("keeps states and what is not needed apart, and closed doors out", () => {
    const { links } = pictureOf([door(), door({ state: "dormant" }), door({ state: "unknown" }), door({ state: "closed" }), door({ replaceable: "yes" })]);
    const left = links.slice(0, links.length / 2);
    expect(left.map(({ state, notNeeded }) => `${state} ${String(notNeeded)}`).sort()).toEqual(["dormant false", "open false", "open true", "unknown false"]);
    expect(links.every((link) => link.doors === 1)).toBe(true);
  });

  it("takes a state it does not know for not known, never for open", () => {
    expect(pictureOf([door({ state: "something new" })]).links[0]?.state).toBe("unknown");
  });

  it("draws wider links for more doors", () => {
    const { links } = pictureOf([...many(9, (n) => ({ who: String(n) })), door({ whoKind: "group" })]);
    const width = (doors: number) => links.find((link) => link.doors === doors)?.width ?? 0;
    expect(width(9)).toBeGreaterThan(width(1));
    expect(width(1)).toBeGreaterThanOrEqual(1.5);
  });

  it("draws wider links for what lets in more", () => {
    const pairs: [string, Partial<DoorView>, Partial<DoorView>][] = [
      ["administrators over rights", { reach: "admin" }, { reach: "strong" }],
      ["rights over limited things", { reach: "strong" }, { reach: "limited" }],
      ["limited things over a network way", { reach: "limited" }, { reach: "network-only" }],
      ["open over dormant", { state: "open" }, { state: "dormant" }],
      ["not known over dormant: it may be open", { state: "unknown" }, { state: "dormant" }],
      ["everyone over a network", { whoKind: "everyone", reach: "network-only" }, { whoKind: "network", reach: "network-only" }],
    ];
    for (const [what, more, less] of pairs) {
      const { links } = pictureOf([door({ door: "more", ...more }), door({ door: "less", ...less })]);
      const width = (name: string) => links.find((link) => link.key.startsWith("0 ") && link.key.includes(` ${name} `))?.width ?? 0;
      expect(width("more"), what).toBeGreaterThan(width("less"));
    }
  });

  it("marks what is open to everyone, and nothing else", () => {
    const { links } = pictureOf([door({ whoKind: "everyone" }), door({ whoKind: "network" }), door({ whoKind: "everyone", door: "Other", state: "dormant" })]);
    expect(links.filter((link) => link.everyone).map(({ key }) => key.slice(0, 10))).toEqual(["0 everyone", "1 Run comm"]);
  });

  it("has at most eight boxes a column, and no door is lost", () => {
    const doors = many(40, (n) => ({ door: `Door ${n % 13}`, who: String(n) }));
    const picture = pictureOf(doors);
    const middle = picture.boxes.filter((box) => box.key.startsWith("1 "));
    expect(middle).toHaveLength(8);
    expect(middle.at(-1)?.title).toBe("And 6 more");
    const right = picture.links.filter((link) => link.key.startsWith("1 "));
    expect(right.reduce((sum, link) => sum + link.doors, 0)).toBe(40);
  });

  it("lets no boxes overlap and no link leave its box", () => {
    const kinds = ["everyone", "network", "group", "person", "application", "service"];
    const states = ["open", "dormant", "unknown"];
    const reaches = ["admin", "strong", "limited", "network-only"];
    const doors = many(300, (n) => ({ whoKind: kinds[n % 6] ?? "", door: `Door ${n % 11}`, state: states[n % 3] ?? "", reach: reaches[n % 4] ?? "", who: String(n), replaceable: n % 5 === 0 ? "yes" : "no" }));
    const picture = pictureOf(doors);
    for (const x of new Set(picture.boxes.map((box) => box.x))) {
      const column = picture.boxes.filter((box) => box.x === x);
      column.slice(1).forEach((box, index) => expect(box.y).toBeGreaterThan((column[index]?.y ?? 0) + (column[index]?.height ?? 0)));
    }
    const isInside = (x: number, y: number, half: number) => picture.boxes.some((box) => (box.x === x || box.x + picture.boxWidth === x) && y - half >= box.y && y + half <= box.y + box.height);
    for (const link of picture.links) {
      expect(isInside(link.from.x, link.from.y, link.width / 2)).toBe(true);
      expect(isInside(link.to.x, link.to.y, link.width / 2)).toBe(true);
    }
    expect(Math.max(...picture.boxes.map((box) => box.y + box.height))).toBeLessThanOrEqual(picture.height);
    expect(new Set(picture.links.map(({ key }) => key)).size).toBe(picture.links.length);
  });

  it("is the same for the same doors", () => {
    const doors = many(30, (n) => ({ door: `Door ${n % 5}`, who: String(n) }));
    expect(pictureOf(doors)).toEqual(pictureOf(doors));
  });

  it("says how many names did not fit", () => {
    expect(namesIn(["Anna", "Berg"])).toBe("Anna, Berg");
    expect(namesIn(["Anna", "Berg", "Christensen", "Dahl", "Eriksson"], 20)).toBe("Anna and 4 more");
    expect(namesIn(["a-very-long-name-of-somebody@nordwind.example", "Berg"], 30)).toMatch(/^a-very-long.*… and 1 more$/);
    expect(namesIn(["a-very-long-name-of-somebody@nordwind.example", "Berg"], 30)).toHaveLength(30);
    expect(namesIn([])).toBe("");
    expect(cut("abcdef", 4)).toBe("abc…");
  });
});
