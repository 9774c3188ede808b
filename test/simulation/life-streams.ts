import { VenueUnavailable, type ExchangePort } from '#shared/ports/exchange.port';
import { seededChance } from '#shared/simulation/seeded-chance';

/** How the user-data streams of a life are: on, with what faults do to them; open and silent to the end; or never to be opened. */
export type UserStreams = 'on' | 'silent' | 'refused';

/** One life in so many has to do without them. */
const offShare = 0.1;

/** How they are in the life of a seed, `off` where they must not be on: then they are off as the seed would have drawn it. The draws are its own and shift no others. */
export function userStreamsOf(seed: number, off = false): UserStreams {
  const chance = seededChance(String(seed)).fork('user streams');
  const drawn = chance.next() < offShare;
  const way = chance.pick<UserStreams>(['silent', 'refused']);
  return off || drawn ? way : 'on';
}

/** The venue as a life finds it whose user-data streams are so. Prices are another stream, which goes on. */
export function withUserStreams(exchange: ExchangePort, streams: UserStreams): ExchangePort {
  if (streams === 'on') return exchange;
  return {
    ...exchange,
    listen: async () => {
      if (streams === 'refused') throw new VenueUnavailable('the user-data stream is off');
      return async () => {};
    },
  };
}
