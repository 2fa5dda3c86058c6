// A table for thousands of rows: only the visible ones are drawn; keyboard like a spreadsheet.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";

export interface Column<R> {
  key: string;
  title: string;
  /** A CSS grid track. */
  width: string;
  sortable: boolean;
  numeric?: boolean;
  cell: (row: R) => ReactNode;
  /** The whole text where a cell may be cut. */
  hint?: (row: R) => string;
}

interface Props<R> {
  label: string;
  columns: Column<R>[];
  count: number;
  row: (index: number) => R | undefined;
  /** Which rows are looked at; left out where the list came whole. */
  need?: (from: number, to: number) => void;
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  /** Left out where nothing can be sorted. */
  sort?: string;
  descending?: boolean;
  onSort?: (key: string) => void;
}

const ROW = 32;
/** The header stays on top of the rows that scroll. */
const HEAD = 34;

export function DataTable<R>({ label, columns, count, row, need, active, onActive, onOpen, sort = "", descending = false, onSort }: Props<R>) {
  const grid = useRef<HTMLDivElement>(null);
  const id = useId();
  // the virtualizer hands out functions that change with every scroll: the compiler leaves this component alone
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({ count, getScrollElement: () => grid.current, estimateSize: () => ROW, overscan: 12, scrollMargin: HEAD, scrollPaddingStart: HEAD, initialRect: { width: 800, height: 600 } });
  const visible = rows.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible[visible.length - 1]?.index ?? 0;
  useEffect(() => {
    if (count > 0) need?.(first, last);
  }, [first, last, count, need]);

  const tracks = columns.map((column) => column.width).join(" ");
  const move = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    onActive(next);
    rows.scrollToIndex(next, { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // a button of the header has keys of its own
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((grid.current?.clientHeight ?? ROW) / ROW) - 1);
    const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: count - 1 };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      onOpen(active);
    }
  };
  const rowId = (index: number) => `${id}-${index}`;
  const drawn = active >= first && active <= last;
  return (
    <div
      ref={grid}
      className="listbox"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...(drawn && active >= 0 ? { "aria-activedescendant": rowId(active) } : {})}
    >
      <div role="rowgroup" className="stays">
        <div className="gridhead" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
          {columns.map((column) => (
            <div key={column.key} role="columnheader" title={column.title} className={column.numeric ? "num" : ""} aria-sort={sort === column.key ? (descending ? "descending" : "ascending") : "none"}>
              {column.sortable && onSort ? (
                <button type="button" onClick={() => onSort(column.key)}>
                  {column.title}
                  <span aria-hidden="true">{sort === column.key ? (descending ? "↓" : "↑") : ""}</span>
                </button>
              ) : (
                column.title
              )}
            </div>
          ))}
        </div>
      </div>
      <div className="gridbody" role="rowgroup" style={{ height: rows.getTotalSize() }}>
          {visible.map((item) => {
            const data = row(item.index);
            return (
              <div
                key={item.key}
                id={rowId(item.index)}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={item.index === active}
                className={`gridrow${item.index === active ? " active" : ""}`}
                style={{ gridTemplateColumns: tracks, top: item.start - HEAD }}
                onClick={() => {
                  onActive(item.index);
                  onOpen(item.index);
                }}
              >
                {columns.map((column) => (
                  <div key={column.key} role="gridcell" className={column.numeric ? "num" : ""} title={data && column.hint ? column.hint(data) : undefined}>
                    {data ? column.cell(data) : <span className="skeleton" style={{ display: "block", width: "60%" }} />}
                  </div>
                ))}
              </div>
            );
          })}
      </div>
    </div>
  );
}
