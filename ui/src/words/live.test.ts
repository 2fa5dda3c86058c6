import { describe, expect, it } from "vitest";
import { lineWord, readerCommand, tickedWords, totalsWord } from "./live";

const line = { id: "a", name: "a", clusters: 1, answered: 4, known: 4, denied: 0, failed: 0, waitingSeconds: 0 };

describe("words of a scan", () => {
  it("call a subscription done only when all of it was read", () => {
    expect(lineWord(line).word).toBe("done");
    expect(lineWord({ ...line, known: 0, answered: 0 }).word).toBe("reading");
    expect(lineWord({ ...line, denied: 1 }).word).toBe("partly read");
    expect(lineWord({ ...line, denied: 4 }).word).toBe("denied");
    expect(lineWord({ ...line, waitingSeconds: 3 }).word).toBe("waiting 3 s");
  });
  it("do not call an unknown control total an equal one", () => {
    expect(totalsWord({ resourceManager: 5, resourceGraph: 5 }).shape).toBe("✓");
    expect(totalsWord({ resourceManager: 5, resourceGraph: 6 }).word).toContain("differ");
    expect(totalsWord({ resourceManager: 5, resourceGraph: null }).word).toContain("not known");
    expect(totalsWord(null).word).toContain("not known");
  });
  it("put nobody's display name into a command", () => {
    expect(readerCommand("s", "anna@nordwind.example")).toContain("--assignee anna@nordwind.example");
    expect(readerCommand("s", "Anna Lindqvist")).toContain("--assignee <you>");
    expect(readerCommand("s", "a@b;rm")).toContain("--assignee <you>");
  });
  it("say what is not asked", () => {
    expect(tickedWords(5, 6)).toBe("5 of 6 ticked. The other one will be listed as not asked.");
    expect(tickedWords(6, 6)).toBe("6 of 6 ticked.");
    expect(tickedWords(0, 6)).toContain("at least one");
  });
});
