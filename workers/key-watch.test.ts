import { expect } from 'chai';
import { VenueRefusedRead, VenueUnavailable, type ExchangePort } from '#shared/ports/exchange.port';
import { watchKey } from './key-watch.ts';

const auth = { kind: 'refused', refused: 'auth', code: '-2015', message: 'Invalid API-key, IP, or permissions for action.' } as const;

/** An exchange as adapters are: a class with private parts. */
class Venue {
  #calls = 0;
  readonly lateArrivalMs = 7;
  answer: () => unknown = () => null;
  async submit(): Promise<unknown> {
    this.#calls += 1;
    return this.answer();
  }
  async openOrders(): Promise<unknown> {
    this.#calls += 1;
    return this.answer();
  }
  get calls(): number {
    return this.#calls;
  }
}

describe('an account whose key is watched', () => {
  let now = 0;
  const watched = (answer: () => unknown): { exchange: ExchangePort; told: string[]; venue: Venue } => {
    const venue = Object.assign(new Venue(), { answer });
    const told: string[] = [];
    return { venue, told, exchange: watchKey(venue as unknown as ExchangePort, (why) => told.push(why), () => now) };
  };
  const raise = (error: Error) => (): never => {
    throw error;
  };

  const table: [what: string, answer: () => unknown, refused: boolean][] = [
    ['an order that is accepted', () => ({ kind: 'accepted' }), false],
    ['an order that the venue turns away by the key (-2015)', () => auth, true],
    ['an order that is too small', () => ({ ...auth, refused: 'precision', code: '-1111' }), false],
    ['an order for which the money is missing', () => ({ ...auth, refused: 'balance', code: '-2019' }), false],
    ['an order of unknown outcome', () => ({ kind: 'unknown', message: 'no answer' }), false],
    ['a read that is turned away by the key', raise(new VenueRefusedRead('Invalid API-key', '-2015', 'auth')), true],
    ['a read of a symbol that is not there', raise(new VenueRefusedRead('Invalid symbol', '-1121', 'symbol')), false],
    ['a venue that cannot be reached', raise(new VenueUnavailable('no route')), false],
    ['a list', () => [], false],
    ['nothing', () => undefined, false],
  ];
  for (const [what, answer, refused] of table) {
    it(`${what}: ${refused ? 'safe mode' : 'nothing'}`, async () => {
      const { exchange, told } = watched(answer);
      await exchange.openOrders('all').catch(() => {});
      expect(told).to.deep.equal(refused ? [told[0]] : []);
      if (refused) expect(told[0]).to.match(/^the venue says -2015: Invalid API-key/);
    });
  }

  it('answers, refusals and what is not a call stay as they are', async () => {
    const { exchange, venue } = watched(() => auth);
    expect(await exchange.submit({} as never)).to.equal(auth);
    expect([exchange.lateArrivalMs, venue.calls]).to.deep.equal([7, 1]);
    const failing = watched(raise(new VenueUnavailable('no route')));
    expect(await failing.exchange.openOrders('all').catch((error: Error) => error.message)).to.equal('no route');
  });

  it('a refusal that comes with every poll is told now and then', async () => {
    const { exchange, told } = watched(() => auth);
    for (now = 0; now <= 20_000; now += 2_000) await exchange.openOrders('all');
    expect(told).to.have.length(3);
  });
});
