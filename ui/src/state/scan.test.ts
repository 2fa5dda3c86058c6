import { describe, expect, it } from "vitest";
import type { ScanLineView } from "../ipc/host";
import { inPlace } from "./scan";

const line = (id: string, answered: number): ScanLineView => ({ id, name: id, clusters: 0, answered, known: 9, denied: 0, failed: 0, waitingSeconds: 0 });

describe("the lines of a scan", () => {
  it("keep their place when the program sends them in another order", () => {
    const after = inPlace([line("a", 1), line("b", 1)], [line("b", 5), line("a", 2)]);
    expect(after.map(({ id, answered }) => `${id}${answered}`)).toEqual(["a2", "b5"]);
  });
  it("stay when they are no longer sent, and new ones come last", () => {
    expect(inPlace([line("a", 9)], [line("c", 1), line("b", 0)]).map(({ id }) => id)).toEqual(["a", "c", "b"]);
  });
});
