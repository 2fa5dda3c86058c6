// Doors across the fleet: how many of which kind, and how far each identity gets with them.
import { useMemo, useState } from "react";
import { ClusterLinks } from "../components/ClusterLinks";
import { DataTable, type Column } from "../components/DataTable";
import { FilterChips } from "../components/FilterChips";
import { IdLine } from "../components/IdLine";
import { ListSearch } from "../components/ListSearch";
import { MarkedWord } from "../components/Marked";
import { Pane } from "../components/Pane";
import { Empty, Problem, Skeleton } from "../components/Problem";
import type { ClusterLink, DoorCount, RadiusPage, RadiusRow } from "../ipc/host";
import { useAsked, useHost } from "../state/host";
import { useEscape } from "../state/keys";
import { usePagedRows } from "../state/rows";
import { wholeList, type ListFilter } from "../state/view";
import { doorsHeadline, doorsUnread, noIdentitiesWords, whoMark, whoWord } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  onCluster: (id: string, instance: string, tab?: string) => void;
}

function columnsOf(clusters: number): Column<RadiusRow>[] {
  return [
    { key: "who", title: "Who", width: "minmax(80px, 1.8fr)", sortable: false, cell: (row) => row.whoName || row.who, hint: (row) => `${row.whoName} ${row.who}` },
    { key: "kind", title: "Kind", width: "104px", sortable: false, cell: (row) => <MarkedWord marked={whoMark(row.whoKind)} /> },
    { key: "clusters", title: `Enters, of ${clusters}`, width: "92px", sortable: false, numeric: true, cell: (row) => row.clusters },
    { key: "admin", title: "As admin", width: "70px", sortable: false, numeric: true, cell: (row) => row.adminOf, hint: (row) => `administrator of ${row.adminOf} of ${clusters} clusters` },
    { key: "doors", title: "Doors", width: "minmax(40px, 1.2fr)", sortable: false, cell: (row) => row.doors.join(", "), hint: (row) => row.doors.join(", ") },
  ];
}

export function DoorsPage({ stamp, ...rest }: Props) {
  // the whole list's counts and its first row, whatever the list below is narrowed to
  const asked = useAsked(`radius ${stamp}`, (host) => host.radius({ ...wholeList, offset: 0, limit: 1 }));
  return (
    <div className="screen fixed">
      <div className="title">
        <h1>Doors</h1>
        {asked.state === "here" ? (
          <p className="quiet small" role="status">
            {doorsHeadline(asked.answer)}
          </p>
        ) : null}
      </div>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Radius key={stamp} stamp={stamp} whole={asked.answer} {...rest} /> : null}
    </div>
  );
}

function Radius({ stamp, whole, filter, onFilter, onCluster }: Props & { whole: RadiusPage }) {
  const host = useHost();
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState<RadiusRow | null>(null);
  const rows = usePagedRows<RadiusRow, RadiusPage>(`${stamp} ${JSON.stringify(filter)}`, (offset, limit) => host.radius({ ...filter, offset, limit }));
  const columns = useMemo(() => columnsOf(whole.clusters), [whole.clusters]);
  const chips = whole.kinds.map((kind) => ({ key: kind.key, marked: whoMark(kind.key), count: kind.count }));
  const door = whole.doors.find((one) => filter.kinds.includes(one.door));
  const whose = filter.kinds.filter((kind) => kind !== door?.door);
  const change = (part: Partial<ListFilter>) => {
    setActive(-1);
    onFilter({ ...filter, ...part });
  };
  const close = () => setOpen(null);
  const leaveDoor = () => change({ kinds: whose });
  // what was opened last closes first
  useEscape(() => (open ? close() : door ? leaveDoor() : undefined));
  const goTo = (link: ClusterLink) => onCluster(link.id, link.instance, "doors");
  return (
    <>
      <div className="filters" role="search" aria-label="Filter identities">
        <ListSearch label="Search identities" text={filter.text} onText={(text) => change({ text })} narrowed={filter.text !== "" || filter.kinds.length > 0} onClear={() => change(wholeList)} />
        <FilterChips label="Kinds of identities, with how many there are" chips={chips} chosen={whose} onChange={(kinds) => change({ kinds: door ? [...kinds, door.door] : kinds })} />
        <p className="quiet small" role="status">
          {rows.page ? `${rows.matching.toLocaleString("en-GB")} of ${counted(rows.page.all, "identity", "identities")}` : ""}
        </p>
      </div>
      {rows.problem ? <Problem problem={rows.problem} /> : null}
      <div className="split aside">
        {rows.page && rows.matching === 0 ? (
          <div className="listbox">
            <Empty title={noIdentitiesWords(whole.all, door?.door ?? "", filter.text !== "" || whose.length > 0)}>
              <p className="quiet">Everyone and networks are not identities: whoever comes through an endpoint needs a credential besides.</p>
            </Empty>
          </div>
        ) : (
          <DataTable label="Identities" columns={columns} count={rows.matching} row={rows.row} need={rows.need} active={active} onActive={setActive} onOpen={(index) => setOpen(rows.row(index) ?? null)} />
        )}
        {open ? (
          <Who row={open} whole={whole} onClose={close} onCluster={goTo} />
        ) : door ? (
          <Kind door={door} whole={whole} onClose={leaveDoor} onCluster={goTo} />
        ) : (
          <Kinds whole={whole} onDoor={(kind) => change({ kinds: [...whose, kind] })} />
        )}
      </div>
    </>
  );
}

function Kinds({ whole: { doors, clusters, unread }, onDoor }: { whole: RadiusPage; onDoor: (door: string) => void }) {
  const most = Math.max(1, ...doors.map((door) => door.open + door.dormant + door.unknown));
  const width = (count: number) => `${(count / most) * 100}%`;
  return (
    <section className="pane kinds" aria-label="Doors by kind" tabIndex={0}>
      <h2>Doors by kind</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Door</th>
            <th scope="col" className="num">
              Open
            </th>
            <th scope="col" className="num">
              Dormant
            </th>
            <th scope="col" className="num">
              Not known
            </th>
            <th scope="col" className="num">
              Open on
            </th>
          </tr>
        </thead>
        <tbody>
          {doors.map((door) => (
            <tr key={door.door}>
              <td>
                <button type="button" className="linklike" onClick={() => onDoor(door.door)} aria-label={`${door.door}: show where it is open, and to whom`}>
                  {door.door}
                </button>
                <div className="bar thin" aria-hidden="true">
                  <span style={{ width: width(door.open), background: "var(--high)" }} />
                  <span style={{ width: width(door.dormant), background: "var(--medium)" }} />
                  <span style={{ width: width(door.unknown), background: "var(--unknown)" }} />
                </div>
              </td>
              <td className="num">{door.open}</td>
              <td className="num">{door.dormant}</td>
              <td className="num">{door.unknown}</td>
              <td className="num">{door.clusters}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small quiet">
        “Open on” counts clusters, of {clusters}. Dormant: works again as soon as a setting is changed back. Not known: what shows it was not read. {doorsUnread(unread)}
      </p>
    </section>
  );
}

function Kind({ door, whole: { clusters, unread }, onClose, onCluster }: { door: DoorCount; whole: RadiusPage; onClose: () => void; onCluster: (link: ClusterLink) => void }) {
  return (
    <Pane label="Door" onClose={onClose}>
      <section>
        <h2>{door.door}</h2>
        <p>
          {door.open} open, {door.dormant} dormant, {door.unknown} not known
        </p>
        <p className="quiet small">The list beside it shows the identities that have one that is open.</p>
      </section>
      <section>
        <h3>
          Open on {door.clusters} of {counted(clusters, "cluster", "clusters")}
        </h3>
        <p className="quiet small">{doorsUnread(unread)}</p>
        <ClusterLinks links={door.openOn} count={door.clusters} onCluster={onCluster} />
      </section>
    </Pane>
  );
}

function Who({ row, whole: { clusters, unread }, onClose, onCluster }: { row: RadiusRow; whole: RadiusPage; onClose: () => void; onCluster: (link: ClusterLink) => void }) {
  return (
    <Pane label="Identity" onClose={onClose}>
      <section>
        <MarkedWord marked={whoMark(row.whoKind)} />
        <h2>{row.whoName || whoWord(row.whoKind)}</h2>
        <IdLine id={row.who} most={40} />
      </section>
      <section>
        <h3>How far it gets</h3>
        <p>
          It can enter {row.clusters} of {counted(clusters, "cluster", "clusters")}, {row.adminOf} of them as administrator.
        </p>
        <p className="quiet small">{doorsUnread(unread)}</p>
      </section>
      <section>
        <h3>Through</h3>
        <ul className="lines">
          {row.doors.map((door) => (
            <li key={door}>{door}</li>
          ))}
        </ul>
      </section>
      <section>
        <h3>Clusters it can enter</h3>
        <ClusterLinks links={row.enters} count={row.clusters} onCluster={onCluster} />
      </section>
    </Pane>
  );
}
