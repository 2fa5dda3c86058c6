// Names of clusters that lead to them; the list may be cut, `count` is of all.
import type { ClusterLink } from "../ipc/host";
import { counted } from "../words/words";

export function ClusterLinks({ links, count, onCluster }: { links: ClusterLink[]; count: number; onCluster: (link: ClusterLink) => void }) {
  return (
    <>
      <ul className="lines">
        {links.map((link) => (
          <li key={`${link.id} ${link.instance}`}>
            <button type="button" className="linklike" title={link.id} onClick={() => onCluster(link)}>
              {link.instance ? `${link.name} [${link.instance}]` : link.name}
            </button>
          </li>
        ))}
      </ul>
      {count > links.length ? <p className="quiet small">and {counted(count - links.length, "more", "more")}</p> : null}
    </>
  );
}
