import { describe, expect, it } from "vitest";
import { counted, coverageFigure, coverageWords, day, middle, moment, severityShape, shownBy, stateShape } from "./words";

describe("words", () => {
  it("writes moments in UTC whatever the machine's zone", () => {
    expect(moment("2026-11-23T00:30:00Z")).toBe("23 Nov 2026, 00:30 UTC");
    expect(moment("never")).toBe("never");
    expect(day("2026-11-23T00:30:00Z")).toBe("23 Nov 2026");
    expect(day("never")).toBe("never");
  });
  it("cuts long ids in the middle and keeps both ends", () => {
    const id = `/subscriptions/${"x".repeat(100)}/managedClusters/prod`;
    expect(middle(id).length).toBeLessThanOrEqual(64);
    expect(middle(id).startsWith("/subscriptions/")).toBe(true);
    expect(middle(id).endsWith("/prod")).toBe(true);
  });
  it("gives each severity and each state a shape of its own", () => {
    const severities = (["critical", "high", "medium", "low", "info"] as const).map(severityShape);
    expect(new Set(severities).size).toBe(5);
    const states = (["open", "new", "not-assessed", "passed", "not-applicable"] as const).map(stateShape);
    expect(new Set(states).size).toBe(5);
  });
  it("keeps what shows something apart from the hash of its document", () => {
    expect(shownBy("Owner at the subscription; list of role assignments; sha256 2224")).toEqual({ what: "Owner at the subscription; list of role assignments", hash: "2224" });
    expect(shownBy("binding aks-backup")).toEqual({ what: "binding aks-backup", hash: "" });
  });
  it("does not call no coverage full coverage", () => {
    expect(coverageWords(null)).toBe("nothing to assess");
    expect(coverageWords(99)).toBe("99 % of tests assessed");
    expect(coverageFigure(null)).toBe("–");
    expect(coverageFigure(99)).toBe("99 %");
    expect(counted(1, "gap", "gaps")).toBe("1 gap");
  });
});
