import { expect } from 'chai';
import { HttpFault } from '#api/http/fault';
import { InstrumentIndex } from '#api/queries/instrument-index';
import { crashMoments, crashPointsOf, type AtCrashPoint, type CrashMoment, type CrashPoint } from '#shared/shell/crash-points';
import { fullAlert } from '#test/support/alert-payload';
import { startTestApi, type TestApi } from '#test/support/api-app';
import { waitFor } from '#test/support/wait-for';
import { createIntake, type AlertAnswer } from './take-alert.ts';

/** The alert that comes to a point: one with its time, one without, one that came before, one of a symbol listed a moment ago, one with a wrong secret. */
const alertFor: Partial<Record<CrashPoint, 'timed' | 'untimed' | 'repeated' | 'new symbol' | 'stranger'>> = {
  'ingest:endpoint': 'timed',
  'ingest:symbols': 'timed',
  'ingest:store': 'timed',
  'ingest:end-window': 'untimed',
  'ingest:find-repeated': 'repeated',
  'ingest:note-delivery': 'repeated',
  'ingest:symbols-again': 'new symbol',
  'ingest:rules-age': 'new symbol',
  'ingest:ask-for-rules': 'new symbol',
  'ingest:rules-age-again': 'new symbol',
  'ingest:new-symbols': 'new symbol',
  'ingest:count-stranger': 'stranger',
};
const points = crashPointsOf('intake');
const places = points.flatMap((point) => crashMoments.map((moment) => [point, moment] as const));

describe('an alert whose process fails at any call out of it', function () {
  this.timeout(60_000);
  let api: TestApi;
  let endpoint: { id: string; secret: string };
  let cases = 0;
  before(async () => {
    api = await startTestApi();
    endpoint = await api.endpoint(await api.signIn());
    await list('BTC');
  });
  after(() => api.close());

  const list = (base: string): Promise<unknown> =>
    api.pool.query(
      `insert into instruments values ('binance', 'usdm', $1 || '/USDT:USDT', $1 || 'USDT', '{"tickSize":"0.10","stepSize":"0.0001","quantityMin":"0.0001","notionalMin":"5","active":true}', clock_timestamp())
       on conflict (venue, market, symbol) do update set fetched_at = excluded.fetched_at`,
      [base],
    );

  /** One alert and what became of it. */
  class Story {
    readonly mark = `case ${(cases += 1)}`;
    reached = false;
    readonly strange: boolean;
    private readonly body: Buffer;
    private readonly base: string;
    private readonly kind: NonNullable<(typeof alertFor)[CrashPoint]>;

    constructor(point: CrashPoint) {
      this.kind = alertFor[point]!;
      this.strange = this.kind === 'stranger';
      this.base = this.kind === 'new symbol' ? `N${cases}` : 'BTC';
      const changes = { timestamp: this.kind === 'untimed' ? undefined : new Date(api.clock.time).toISOString(), 'tv.symbol': `${this.base}USDT`, 'tv.entry_price': String(10_000 + cases), 'strategy_info.trade_id': this.mark };
      this.body = Buffer.from(JSON.stringify(fullAlert(this.strange ? 'wrong' : endpoint.secret, changes)));
    }

    /** A process that has just started takes the alert. */
    take(atCrashPoint: AtCrashPoint = api.deps.atCrashPoint): Promise<AlertAnswer> {
      const jobs = { ...api.deps.jobs, knock: async (queue: string) => void (queue === 'maintenance' && (await list(this.base))) };
      const intake = createIntake({ ...api.deps, jobs, instruments: new InstrumentIndex(api.pool, () => api.clock.time), atCrashPoint });
      return intake.take({ endpointId: endpoint.id, contentType: 'application/json', signature: undefined, body: this.body, ip: '127.0.0.1', correlationId: this.mark });
    }

    /** What had to come before, so that the alert comes to its point. */
    async begin(): Promise<void> {
      if (this.kind === 'repeated') await this.take();
    }

    /** Does `what` where the alert comes to the point for the first time. */
    strikeAt(point: CrashPoint, moment: CrashMoment, what: () => Promise<void>): AtCrashPoint {
      return (at, when) => {
        if (at !== point || when !== moment || this.reached) return;
        this.reached = true;
        return what();
      };
    }

    async stored(): Promise<[signals: number, events: number, accepted: number]> {
      const { rows } = await api.pool.query<{ id: string }>(`select id::text from signals where payload->'received'->'strategy_info'->>'trade_id' = $1`, [this.mark]);
      const ids = rows.map(({ id }) => id);
      const { rows: events } = await api.pool.query('select 1 from inbox where key = any($1)', [ids.map((id) => `signal:${id}`)]);
      const { rows: accepted } = await api.pool.query(`select 1 from alerts where signal_id = any($1::bigint[]) and answer = 202`, [ids]);
      return [ids.length, events.length, accepted.length];
    }

    /** The sender sends again, as it does after every answer but 2xx, and after none. */
    async sentAgain(): Promise<void> {
      const answer = await this.take().catch((error: unknown) => error);
      if (this.strange) expect((answer as HttpFault).status).to.equal(401);
      else expect((answer as AlertAnswer).status).to.be.oneOf([200, 202]);
    }

    async once(): Promise<void> {
      expect(await this.stored(), 'signals, events, accepted deliveries').to.deep.equal(this.strange ? [0, 0, 0] : [1, 1, 1]);
    }
  }

  /** What the sender heard; it may take a 2xx for a promise. */
  async function heard(story: Story, answer: Promise<AlertAnswer>): Promise<void> {
    const got = await answer.catch((error: unknown) => error);
    if (got instanceof HttpFault) expect(got.status).to.be.oneOf(story.strange ? [401, 503] : [400, 503]);
    else expect([(got as AlertAnswer).status < 300, await story.stored()]).to.deep.equal([true, [1, 1, 1]]);
  }

  it('every point of the intake has an alert that comes to it', () => expect(Object.keys(alertFor).sort()).to.deep.equal([...points].sort()));

  for (const [point, moment] of places) {
    it(`dies ${moment} ${point}: sent again, it is one signal`, async () => {
      const story = new Story(point);
      await story.begin();
      let died: () => void = () => {};
      const death = new Promise<'died'>((resolve) => (died = () => resolve('died')));
      const never = new Promise<never>(() => {});
      const answer = story.take(story.strikeAt(point, moment, () => (died(), never)));
      answer.catch(() => {});
      expect(await Promise.race([death, answer])).to.equal('died');
      await story.sentAgain();
      await story.once();
    });

    it(`throws ${moment} ${point}: no promise that does not hold; sent again, it is one signal`, async () => {
      const story = new Story(point);
      await story.begin();
      await heard(story, story.take(story.strikeAt(point, moment, () => Promise.reject(new Error('simulated failure')))));
      expect(story.reached, 'nobody came to this point').to.equal(true);
      await story.sentAgain();
      await story.once();
    });
  }

  it('hangs before or after any of them until it was sent again: no promise that does not hold, and one signal', async () => {
    const hung: { story: Story; answer: Promise<AlertAnswer>; goOn: () => void }[] = [];
    for (const [point, moment] of places) {
      const story = new Story(point);
      await story.begin();
      let goOn: () => void = () => {};
      const rest = new Promise<void>((resolve) => (goOn = resolve));
      const answer = story.take(story.strikeAt(point, moment, () => rest));
      answer.catch(() => {});
      await waitFor(`somebody to come to ${point}`, () => story.reached);
      hung.push({ story, answer, goOn });
    }
    for (const { story, answer } of hung) {
      await heard(story, answer);
      await story.sentAgain();
    }
    for (const { goOn } of hung) goOn();
    // What went on is at its end when its own connection to the database has nothing more to do.
    await waitFor('all to have gone on', () => api.pool.idleCount === api.pool.totalCount && api.pool.waitingCount === 0);
    for (const { story } of hung) await story.once();
  });
});
