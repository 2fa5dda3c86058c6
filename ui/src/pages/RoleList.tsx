// Trusted Access roles in plain words, graded by their Kubernetes rules and not by their names.
import { IdLine } from "../components/IdLine";
import { ListSearch } from "../components/ListSearch";
import { MarkedWord } from "../components/Marked";
import { Empty, Problem, Skeleton } from "../components/Problem";
import type { RoleView } from "../ipc/host";
import { useAsked } from "../state/host";
import { holding } from "../state/sorting";
import { wholeList, type ListFilter } from "../state/view";
import { gradeMark, shortRole } from "../words/access";
import { counted } from "../words/words";

interface Props {
  stamp: string;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
}

export function RoleList({ stamp, filter, onFilter }: Props) {
  const asked = useAsked(`roles ${stamp}`, (host) => host.roles());
  if (asked.state === "waiting") return <Skeleton lines={8} />;
  if (asked.state === "failed") return <Problem problem={asked.problem} again={asked.again} />;
  if (asked.answer.length === 0) return <Empty title="No role was read" />;
  const roles = holding(asked.answer, filter.text, (role) => [role.name, role.grade, role.because, ...role.sentences]);
  return (
    <>
      <div className="filters" role="search" aria-label="Filter roles">
        <ListSearch label="Search roles" text={filter.text} onText={(text) => onFilter({ ...wholeList, text })} narrowed={filter.text !== ""} onClear={() => onFilter(wholeList)} />
        <p className="quiet small">Graded by what the Kubernetes rules behind a role allow, whatever its name promises.</p>
      </div>
      <div className="roles" tabIndex={0} role="group" aria-label="Roles">
        {roles.length === 0 ? <Empty title="Nothing matches this search" /> : null}
        {roles.map((role) => (
          <Role key={role.name} role={role} />
        ))}
      </div>
    </>
  );
}

function Role({ role }: { role: RoleView }) {
  return (
    <section className="card role">
      <div className="title">
        <h2>{shortRole(role.name)}</h2>
        <MarkedWord marked={gradeMark(role.grade)} />
        <span className="quiet small">{role.bindings === 0 ? "no binding holds it" : `held by ${counted(role.bindings, "binding", "bindings")} on ${counted(role.clusters, "cluster", "clusters")}`}</span>
      </div>
      <IdLine id={role.name} label="Copy name" />
      {role.because ? <p>{role.because}</p> : null}
      <ul className="lines">
        {role.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="quiet small">{role.catalogue ? `Read in: ${role.catalogue}` : "In no catalogue that was read."}</p>
    </section>
  );
}
