import { describe, expect, it } from "vitest";
import { holding, sorted, turned } from "./sorting";

describe("lists that came whole", () => {
  it("sort numbers as numbers, and put what has no value last either way", () => {
    const rows = [{ n: 9 }, { n: null }, { n: 10 }];
    expect(sorted(rows, (row) => row.n, false).map(({ n }) => n)).toEqual([9, 10, null]);
    expect(sorted(rows, (row) => row.n, true).map(({ n }) => n)).toEqual([10, 9, null]);
    expect(rows.map(({ n }) => n)).toEqual([9, null, 10]);
  });
  it("turn round when the same column is chosen again", () => {
    expect(turned({ by: "a", descending: false }, "a")).toEqual({ by: "a", descending: true });
    expect(turned({ by: "a", descending: true }, "b")).toEqual({ by: "b", descending: false });
    expect(turned({ by: "a", descending: true }, "b", true)).toEqual({ by: "b", descending: true });
  });
  it("are searched in every text, without case", () => {
    const rows = ["prod-weu", "dev-neu"];
    expect(holding(rows, " PROD ", (row) => [row])).toEqual(["prod-weu"]);
    expect(holding(rows, "", (row) => [row])).toEqual(rows);
  });
});
