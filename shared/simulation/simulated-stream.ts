import type { AccountEvent } from '#shared/ports/exchange.port';
import type { Happening } from './matching-state.ts';
import type { SimulatedExchangeOptions } from './simulated-line.ts';
import { fillOf, reportOf, type SimulatedVenue } from './simulated-venue.ts';

/** A user-data stream: its events are on the way for a while each, so they come late, twice, out of order or never. */
export function listenTo({ venue, clock, faults, chance, access, tell }: SimulatedExchangeOptions, handler: (event: AccountEvent) => void): () => Promise<void> {
  let closed = false;
  let mutedUntil = 0;
  const send = (event: AccountEvent, ms: number): void =>
    void clock.after(ms, () => {
      if (!closed) handler(event);
    });
  const stop = venue.watch(access.accountId, (happening) => {
    if (clock.now() < mutedUntil) return;
    if (faults.strike('stream-drop')) {
      const ms = chance.between(1_000, 20_000);
      mutedUntil = clock.now() + ms;
      tell(`the stream of account ${access.accountId} is mute for ${ms} ms`);
      send({ kind: 'gap', reason: 'connection lost' }, ms);
      return send({ kind: 'up' }, ms + 1);
    }
    for (const event of eventsOf(venue, happening)) {
      if (faults.strike('event-lost')) continue;
      send(event, faults.strike('event-late') ? chance.between(500, 8_000) : chance.between(3, 40));
      if (faults.strike('event-doubled')) send(event, chance.between(3, 3_000));
    }
  });
  send({ kind: 'up' }, 20);
  return async () => {
    closed = true;
    stop();
  };
}

function eventsOf(venue: SimulatedVenue, happening: Happening): AccountEvent[] {
  if (happening.kind !== 'order' && happening.kind !== 'fill') return [];
  const report: AccountEvent = { kind: 'order', report: reportOf(happening.order) };
  return happening.kind === 'order' ? [report] : [report, { kind: 'fill', fill: fillOf(happening.fill) }];
}
