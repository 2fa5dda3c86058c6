// Tenant, subscription, kind of call: how each question ended, and which role would answer what was denied.
import { CopyableCode } from "../components/Code";
import { MarkedWord } from "../components/Marked";
import type { CallStateView, SubscriptionView } from "../ipc/host";
import { readerCommand, totalsWord } from "../words/live";

const OUTCOMES: { key: "read" | "denied" | "throttled" | "failed" | "notAsked"; word: string; shape: string; look: string }[] = [
  { key: "read", word: "read", shape: "✓", look: "exposure-private" },
  { key: "denied", word: "denied", shape: "✕", look: "exposure-open" },
  { key: "throttled", word: "throttled out", shape: "◷", look: "exposure-public" },
  { key: "failed", word: "failed", shape: "▲", look: "exposure-broad" },
  { key: "notAsked", word: "not asked", shape: "–", look: "exposure-unknown" },
];

export function AskedTree({ subscriptions, tenant }: { subscriptions: SubscriptionView[]; tenant: CallStateView[] }) {
  return (
    <section className="card">
      <h2>What Azure was asked</h2>
      {tenant.length > 0 ? (
        <details className="asked">
          <summary>
            <strong>Tenant</strong> <Sums calls={tenant} />
          </summary>
          <Calls of="the tenant" calls={tenant} />
        </details>
      ) : null}
      {subscriptions.map((subscription) => (
        <Subscription key={subscription.id} subscription={subscription} />
      ))}
    </section>
  );
}

function Subscription({ subscription }: { subscription: SubscriptionView }) {
  const { id, name, asked, controlTotal } = subscription;
  const denied = asked.some((call) => call.denied > 0);
  const wasAsked = asked.some((call) => call.read + call.denied + call.throttled + call.failed > 0);
  return (
    <details className="asked">
      <summary>
        <strong>{name}</strong> <Sums calls={asked} />
      </summary>
      {wasAsked ? (
        <p>
          Clusters counted twice: <MarkedWord marked={totalsWord(controlTotal)} />
        </p>
      ) : null}
      {asked.length === 0 ? <p className="quiet">Nothing was asked here.</p> : <Calls of={name} calls={asked} />}
      {denied ? (
        <div>
          <p className="small">The Reader role would answer what was denied:</p>
          <CopyableCode text={readerCommand(id)} label={`command for ${name}`} />
        </div>
      ) : null}
    </details>
  );
}

function Sums({ calls }: { calls: CallStateView[] }) {
  return (
    <span className="sums">
      {OUTCOMES.map(({ key, word, shape, look }) => ({ word, shape, look, count: calls.reduce((sum, call) => sum + call[key], 0) }))
        .filter(({ count }) => count > 0)
        .map(({ word, shape, look, count }) => (
          <MarkedWord key={word} marked={{ shape, word: `${count.toLocaleString("en-GB")} ${word}`, look }} />
        ))}
    </span>
  );
}

function Calls({ of, calls }: { of: string; calls: CallStateView[] }) {
  return (
    <table className="plain" aria-label={`Calls in ${of}`}>
      <thead>
        <tr>
          <th scope="col">Call</th>
          {OUTCOMES.map(({ key, word }) => (
            <th key={key} scope="col" className="num">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.call}>
            <th scope="row">{call.call}</th>
            {OUTCOMES.map(({ key, look }) => (
              <td key={key} className={`num ${call[key] > 0 ? look : "quiet"}`}>
                {call[key]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
