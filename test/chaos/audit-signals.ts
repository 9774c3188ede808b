import type { Breach, Evidence } from './evidence.ts';
import { grouped } from './grouped.ts';

const intoGroup: ReadonlySet<string> = new Set(['opened', 'pyramid_added']);

/** What was acknowledged is there and has an outcome; nothing was worked twice. */
export function auditSignals(evidence: Evidence): Breach[] {
  return [...lost(evidence), ...withoutOutcome(evidence), ...doubled(evidence)];
}

function lost({ acknowledged, signals }: Evidence): Breach[] {
  const known = new Map(signals.map((signal) => [signal.id, signal]));
  return acknowledged.flatMap(({ signalId, tradeId, status }): Breach[] => {
    const signal = known.get(signalId);
    if (signal === undefined) return [{ promise: 'acknowledged signal lost', id: signalId, what: `alert ${tradeId} was answered ${status} with a signal that is not there` }];
    return signal.tradeId === tradeId ? [] : [{ promise: 'acknowledged signal lost', id: signalId, what: `alert ${tradeId} was answered with the signal of alert ${signal.tradeId}` }];
  });
}

function withoutOutcome({ signals, waiting, groups }: Evidence): Breach[] {
  const queued = new Set(waiting.map(({ signal }) => signal.signalId));
  const pyramids = new Set(groups.flatMap(({ group }) => group.pyramids.map(({ signalId }) => signalId)));
  return signals.flatMap(({ id, status, outcome, groupId }): Breach[] => {
    if (outcome === null) return [{ promise: 'signal without outcome', id, what: `it is ${status}` }];
    if ((status === 'waiting') !== queued.has(id)) return [{ promise: 'signal without outcome', id, what: `it is ${status} (${outcome}), and ${queued.has(id) ? 'still' : 'not'} in the queue` }];
    if (intoGroup.has(outcome) && !pyramids.has(id)) return [{ promise: 'signal without outcome', id, what: `it is ${outcome} in group ${groupId}, no group has a pyramid of it` }];
    return [];
  });
}

function doubled({ signals, groups, acknowledged }: Evidence): Breach[] {
  const breaches: Breach[] = [];
  for (const [tradeId, same] of grouped(signals, (signal) => signal.tradeId)) {
    if (tradeId !== null && same.length > 1) breaches.push({ promise: 'signal worked twice', id: tradeId, what: `one alert became the signals ${same.map(({ id }) => id).join(', ')}` });
  }
  for (const [tradeId, same] of grouped(acknowledged, (each) => each.tradeId)) {
    const fresh = same.filter(({ status }) => status === 202);
    if (fresh.length > 1) breaches.push({ promise: 'signal worked twice', id: tradeId, what: `one alert was answered 202 ${fresh.length} times` });
  }
  for (const { id, decisions } of signals) {
    if (decisions > 1) breaches.push({ promise: 'signal worked twice', id, what: `the pool has decided it ${decisions} times` });
  }
  const places = groups.flatMap(({ group }) => group.pyramids.map(({ index, signalId }) => ({ signalId, place: `pyramid ${index} of group ${group.id}` })));
  for (const [id, same] of grouped(places, ({ signalId }) => signalId)) {
    if (same.length > 1) breaches.push({ promise: 'signal worked twice', id, what: `it is ${same.map(({ place }) => place).join(' and ')}` });
  }
  return breaches;
}
