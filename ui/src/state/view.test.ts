import { describe, expect, it } from "vitest";
import { firstView, isFiltered, noFilter, readView } from "./view";

describe("the kept view", () => {
  it("comes back as it was", () => {
    const view = { ...firstView, page: "findings" as const, filter: { ...noFilter, severities: ["critical" as const] } };
    expect(readView(JSON.stringify(view))).toEqual(view);
  });
  it("survives damage and older versions", () => {
    expect(readView("{")).toEqual(firstView);
    expect(readView(null)).toEqual(firstView);
    expect(readView('{"page":"rules"}')).toEqual({ ...firstView, page: "rules" });
  });
  it("begins again where a page is unknown, and keeps what lists were narrowed to", () => {
    expect(readView('{"page":"no such page"}').page).toBe("overview");
    const view = { ...firstView, page: "trusted" as const, lists: { matrix: { text: "prod", kinds: ["missing"] } } };
    expect(readView(JSON.stringify(view))).toEqual(view);
  });
  it("takes the way back from a cluster only where it leads to a screen", () => {
    const cluster = { id: "/a", instance: "", tab: "doors" };
    expect(readView(JSON.stringify({ page: "clusters", cluster: { ...cluster, from: "plan" } })).cluster).toEqual({ ...cluster, from: "plan" });
    expect(readView(JSON.stringify({ page: "clusters", cluster: { ...cluster, from: "no such page" } })).cluster).toEqual(cluster);
    expect(readView(JSON.stringify({ page: "clusters", cluster: null })).cluster).toBeNull();
  });
  it("knows when something is filtered", () => {
    expect(isFiltered(noFilter)).toBe(false);
    expect(isFiltered({ ...noFilter, owners: ["a"] })).toBe(true);
    expect(isFiltered({ ...noFilter, state: "passed" })).toBe(true);
  });
});
