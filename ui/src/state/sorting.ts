// Sorting of lists that came whole.

export interface Sort {
  by: string;
  descending: boolean;
}

/** The other way round when it is sorted by this already; else from the start. Numbers begin with the largest. */
export function turned(sort: Sort, by: string, largestFirst = false): Sort {
  return { by, descending: sort.by === by ? !sort.descending : largestFirst };
}

/** A sorted copy; rows that are equal keep their order, and without a value they come last. */
export function sorted<R>(rows: readonly R[], value: (row: R) => string | number | null, descending: boolean): R[] {
  const turn = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [one, two] = [value(a), value(b)];
    if (one === null || two === null) return Number(one === null) - Number(two === null);
    if (typeof one === "number" && typeof two === "number") return turn * (one - two);
    return turn * String(one).localeCompare(String(two), "en");
  });
}

/** Rows in which one of the texts holds what was typed. */
export function holding<R>(rows: readonly R[], text: string, texts: (row: R) => string[]): R[] {
  const wanted = text.trim().toLowerCase();
  return wanted === "" ? [...rows] : rows.filter((row) => texts(row).some((field) => field.toLowerCase().includes(wanted)));
}
