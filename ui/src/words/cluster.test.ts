import { describe, expect, it } from "vitest";
import { bindingsTitle, openVerdicts, verdictsInWords } from "./cluster";

describe("words for one cluster", () => {
  it("count verdicts by how they ended, and what is new as open", () => {
    const verdicts = (["open", "new", "passed", "not-assessed", "not-applicable", "passed"] as const).map((state) => ({ state }));
    expect(openVerdicts(verdicts)).toBe(2);
    expect(verdictsInWords(verdicts)).toBe("2 open · 2 passed · 1 not assessed · 1 not applicable");
    expect(verdictsInWords([])).toBe("0 open · 0 passed · 0 not assessed · 0 not applicable");
  });
  it("do not count bindings that nobody read", () => {
    expect(bindingsTitle(0, "")).toBe("Trusted Access (0)");
    expect(bindingsTitle(0, "denied")).toBe("Trusted Access (not read)");
    expect(bindingsTitle(2, "denied")).toBe("Trusted Access (2, not all read)");
  });
});
