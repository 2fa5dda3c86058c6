// The doors of one cluster: the picture, and the table that says all of it; the services that use the cluster.
import { useMemo } from "react";
import { MarkedWord } from "../components/Marked";
import { Problem, Skeleton } from "../components/Problem";
import { ShownBy } from "../components/ShownBy";
import { Unread } from "../components/Unread";
import type { DoorView, DoorsView, IntegrationView } from "../ipc/host";
import { pictureOf } from "../state/doorsPicture";
import { useAsked } from "../state/host";
import { boundMark, doorMark, doorsInWords, reachWord, replaceableMark, whoWord } from "../words/access";
import { middle } from "../words/words";
import { DoorsPicture } from "./DoorsPicture";

interface Props {
  stamp: string;
  cluster: { id: string; instance: string };
}

function useDoors({ stamp, cluster }: Props) {
  return useAsked(`doors ${cluster.id} ${cluster.instance} ${stamp}`, (host) => host.doors(cluster.id, cluster.instance));
}

export function ClusterDoors(props: Props) {
  const asked = useDoors(props);
  if (asked.state === "waiting") return <Skeleton lines={8} />;
  if (asked.state === "failed") return <Problem problem={asked.problem} again={asked.again} />;
  return <Whole view={asked.answer} />;
}

function Whole({ view }: { view: DoorsView }) {
  const picture = useMemo(() => pictureOf(view.doors), [view.doors]);
  const words = doorsInWords(view.doors);
  return (
    <div className="doors">
      <Unread what={view.unread} />
      <p>{words}</p>
      {picture.boxes.length > 0 ? <DoorsPicture picture={picture} words={words} /> : null}
      {view.doors.length > 0 ? <DoorTable doors={view.doors} /> : null}
    </div>
  );
}

function DoorTable({ doors }: { doors: DoorView[] }) {
  return (
    <table className="plain doortable" aria-label="Every door of this cluster">
      <thead>
        <tr>
          <th scope="col">Door</th>
          <th scope="col">State</th>
          <th scope="col">Who</th>
          <th scope="col">What they may do</th>
          <th scope="col">Could Trusted Access replace it?</th>
          <th scope="col">Shown by</th>
        </tr>
      </thead>
      <tbody>
        {doors.map((door, index) => (
          <tr key={`${door.door} ${door.who} ${index}`}>
            <td>{door.door}</td>
            <td>
              <MarkedWord marked={doorMark(door.state)} />
            </td>
            <td title={door.who}>
              {door.whoName || middle(door.who, 40)} <span className="quiet small">{whoWord(door.whoKind)}</span>
            </td>
            <td>
              <strong>{reachWord(door.reach)}</strong>: {door.right}
            </td>
            <td>
              <MarkedWord marked={replaceableMark(door.replaceable)} />
            </td>
            <td className="small quiet">
              <ShownBy text={door.shownBy} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ClusterIntegrations(props: Props) {
  const asked = useDoors(props);
  if (asked.state === "waiting") return <Skeleton lines={8} />;
  if (asked.state === "failed") return <Problem problem={asked.problem} again={asked.again} />;
  if (asked.answer.integrations.length === 0) return <p className="quiet">No service is known to use this cluster.{asked.answer.unread.length > 0 ? ` Not read: ${asked.answer.unread.join("; ")}.` : ""}</p>;
  return <IntegrationTable integrations={asked.answer.integrations} />;
}

function IntegrationTable({ integrations }: { integrations: IntegrationView[] }) {
  return (
    <table className="plain integrations" aria-label="Services that use this cluster">
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">Source</th>
          <th scope="col">Path</th>
          <th scope="col">Bound</th>
          <th scope="col">Shown by</th>
        </tr>
      </thead>
      <tbody>
        {integrations.map((integration, index) => (
          <tr key={`${integration.service} ${integration.source} ${index}`}>
            <td>{integration.service}</td>
            <td title={integration.source}>
              {integration.sourceName || middle(integration.source, 40)} <span className="quiet small">{integration.state}</span>
            </td>
            <td>{integration.path}</td>
            <td>
              <MarkedWord marked={boundMark(integration.bound)} /> {integration.detail ? <span className="small">{integration.detail}</span> : null}
            </td>
            <td className="small quiet">
              <ShownBy text={integration.shownBy} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
