import { expect } from 'chai';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { createLog, type LogRow } from '#shared/adapters/system/log';
import type { GroupEvent } from '#shared/engine/messages/events';
import { emptyPool, type QueuedEntry } from '#shared/engine/pool/pool';
import type { NewHalt, Store } from '#shared/ports/store.port';
import { GroupStory, signal } from '#test/support/engine-story';
import { saving, writing } from '#test/support/store-rig';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { PassThrough } from 'node:stream';

const halt = (changes: Partial<NewHalt>): NewHalt => ({ scope: 'global', scopeId: '', kind: 'safe_mode', code: 'clock_skew', reason: 'the clock is wrong', by: null, ...changes });

describe('halts in the api', () => {
  let api: TestApi;
  let store: Store;
  let admin: SignedIn;
  let trader: SignedIn;
  const rows: LogRow[] = [];
  before(async () => {
    api = await startTestApi();
    const log = createLog({ process: 'api', stream: new PassThrough(), level: 'info' });
    log.addSink((row) => rows.push(row));
    Object.assign(api.deps.log, log);
    store = createPostgresStore(api.pool);
    admin = await api.signIn();
    trader = await api.signIn('trader@example.com', 'trader');
    await api.pool.query(`insert into leases values ('sweeper', 'me', now() + interval '1 hour'); insert into process_status (name, status, updated_at) values ('market', '{"kind":"synthetic","fallback":false,"detail":"","lastAt":null}', now() + interval '1 hour')`);
  });
  after(() => api.close());
  beforeEach(async () => {
    rows.length = 0;
    await api.pool.query('delete from halts; delete from inbox; delete from orders; delete from position_groups; delete from pools');
  });

  const status = async (who = admin): Promise<{ engine: { state: string; reason: string | null }; halts: Record<string, unknown>[] }> => (await who.agent.get('/api/v1/status').expect(200)).body as never;
  const resume = (body: object, who = admin) => who.agent.post('/api/v1/status/resume').send(body);
  const inbox = async (): Promise<string[]> =>
    (await api.pool.query<{ told: string }>(`select aggregate || ' ' || aggregate_id || ' ' || (event->>'type') || coalesce(' ' || (event->>'queueId'), '') as told from inbox where event is not null order by aggregate, aggregate_id`)).rows.map(({ told }) => told);
  /** An open group of this user, its entries as they are before anything is sent. */
  const opened = async (who: SignedIn, accepted = true): Promise<string> => {
    const [groupId = ''] = await store.nextGroupIds(1);
    const story = new GroupStory().hear({ ...new GroupStory().open({ changes: { userId: who.id, accountId: who.accountId } }).events[0]!.event, groupId } as GroupEvent);
    if (accepted) story.acceptAll();
    await store.transact({ aggregate: 'pool', aggregateId: who.id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(story.state, 1)] }));
    return groupId;
  };
  const waits = async (who: SignedIn, id: string): Promise<void> => {
    const entry: QueuedEntry = { id, signal: signal({ userId: who.id, accountId: who.accountId }), reason: 'pool_full', queuedAt: 0, replacementCount: 0, replacedAt: null, unconfirmed: false };
    await api.pool.query('insert into pools values ($1, 1, $2) on conflict (user_id) do update set state = excluded.state', [who.id, { ...emptyPool(who.id), waiting: [entry] }]);
  };

  describe('what the status tells', () => {
    const table: [what: string, set: (accountId: string) => NewHalt, state: string, reason: RegExp | null][] = [
      ['a pause', () => halt({ kind: 'paused', code: null, reason: 'lunch', by: 'a@example.com' }), 'paused', /^lunch$/],
      ['the STOP file', () => halt({ kind: 'stop_file', code: null, reason: 'the file STOP exists' }), 'paused', /STOP/],
      ['the kill switch', () => halt({ kind: 'kill_switch', code: null, reason: 'enough' }), 'paused', /enough/],
      ['safe mode of everything', () => halt({}), 'error', /^Safe mode: the clock is wrong$/],
      ['safe mode of one account', (id) => halt({ scope: 'account', scopeId: id, code: 'key_refused', reason: 'no' }), 'error', /^Safe mode of account .+: no$/],
      ['a pause of one account', (id) => halt({ scope: 'account', scopeId: id, kind: 'paused' }), 'running', null],
    ];
    for (const [what, set, state, reason] of table) {
      it(`${what}: ${state}`, async () => {
        await store.halt(set(admin.accountId));
        const { engine, halts } = await status();
        expect([engine.state, halts.length]).to.deep.equal([state, 1]);
        if (reason === null) expect(engine.reason).to.equal(null);
        else expect(engine.reason).to.match(reason);
      });
    }

    it('who, why and since when; of other people\'s accounts nothing', async () => {
      await store.halt(halt({ scope: 'account', scopeId: admin.accountId, code: 'key_refused' }));
      const { halts } = await status();
      expect(halts[0]).to.include({ scope: 'account', scopeId: admin.accountId, accountName: 'paper', kind: 'safe_mode', code: 'key_refused', reason: 'the clock is wrong', by: null, fileStands: false });
      expect(Math.abs(Date.parse(String(halts[0]?.['createdAt'])) - Date.now())).to.be.below(20_000);
      const theirs = await status(trader);
      expect([theirs.halts, theirs.engine.state]).to.deep.equal([[], 'running']);
    });
  });

  describe('a pause', () => {
    it('of one account is its owner\'s, and nobody else\'s', async () => {
      await trader.agent.post('/api/v1/status/pause').send({ accountId: admin.accountId }).expect(404);
      await admin.agent.post('/api/v1/status/pause').send({ accountId: admin.accountId, reason: 'rest' }).expect(200);
      expect((await store.halts()).map(({ scope, scopeId, kind, reason, by }) => ({ scope, scopeId, kind, reason, by }))).to.deep.equal([{ scope: 'account', scopeId: admin.accountId, kind: 'paused', reason: 'rest', by: admin.email }]);
    });

    it('answers only when what was let go before has left', async () => {
      const groupId = await opened(admin, false);
      await api.pool.query(`update orders set status = 'sending', sending_at = clock_timestamp() - interval '600 ms' where group_id = $1`, [groupId]);
      const at = performance.now();
      await admin.agent.post('/api/v1/status/pause').send({}).expect(200);
      expect(performance.now() - at).to.be.above(400);
      // One whose time to leave is over is not waited for, though its outcome is not known yet.
      expect((await api.pool.query(`select 1 from orders where status = 'sending' and group_id = $1`, [groupId])).rowCount).to.equal(5);
    });

    it('is recorded with its reason, and so is its end', async () => {
      await admin.agent.post('/api/v1/status/pause').send({ reason: 'lunch' }).expect(200);
      await resume({ reason: 'lunch is over' }).expect(200);
      expect(rows.filter(({ category }) => category === 'audit').map(({ message, fields }) => [message, fields?.['reason']])).to.deep.equal([[`${admin.email}: Halt`, 'lunch'], [`${admin.email}: End the halt`, 'lunch is over']]);
    });

    it('needs somebody who trades', async () => {
      const viewer = await api.signIn('viewer@example.com', 'viewer');
      for (const deed of ['pause', 'resume', 'kill']) await viewer.agent.post(`/api/v1/status/${deed}`).send({}).expect(403);
    });
  });

  describe('re-arming', () => {
    it('where nothing stands is no fault', () => resume({}).expect(200));

    for (const kind of ['safe_mode', 'kill_switch'] as const) {
      it(`${kind} asks for a reason`, async () => {
        await store.halt(halt({ kind }));
        const { body } = await resume({}).expect(400);
        expect(body.errors).to.deep.equal([{ path: 'reason', message: `is needed to end ${kind === 'safe_mode' ? 'safe mode' : 'the kill switch'}` }]);
        await resume({ reason: '   ' }).expect(400);
        expect(await store.halts()).to.have.length(1);
        await resume({ reason: 'the clock is right again' }).expect(200).expect(({ body: answer }) => expect([answer.engine.state, answer.halts]).to.deep.equal(['running', []]));
      });
    }

    it('ends one kind and leaves the others', async () => {
      await store.halt(halt({}));
      await store.halt(halt({ kind: 'paused' }));
      await resume({ kind: 'paused' }).expect(200);
      expect((await store.halts()).map(({ kind }) => kind)).to.deep.equal(['safe_mode']);
    });

    it('of everything leaves that of an account, and the other way round', async () => {
      await store.halt(halt({ kind: 'paused' }));
      await store.halt(halt({ kind: 'paused', scope: 'account', scopeId: admin.accountId }));
      await resume({}).expect(200);
      expect((await store.halts()).map(({ scope }) => scope)).to.deep.equal(['account']);
      await resume({ accountId: admin.accountId }, trader).expect(404);
      await resume({ accountId: admin.accountId }).expect(200);
      expect(await store.halts()).to.deep.equal([]);
    });

    it('after a STOP file: not before the file has gone', async () => {
      await store.halt(halt({ kind: 'stop_file', code: null, reason: 'the file /data/STOP exists' }));
      const { body } = await resume({ reason: 'go' }).expect(409);
      expect([body.code, body.detail]).to.deep.equal(['stop_file_present', 'The STOP file is still there: the file /data/STOP exists. Remove it, then re-arm.']);
      await api.pool.query(`update halts set seen_at = now() - interval '10 seconds'`);
      await resume({}).expect(200).expect(({ body: answer }) => expect(answer.engine.state).to.equal('running'));
    });

    it('lets everybody who waited be looked at again', async () => {
      await waits(admin, 'q1');
      await waits(trader, 'q2');
      await store.halt(halt({ kind: 'paused' }));
      await resume({}).expect(200);
      expect(await inbox()).to.deep.equal([`pool ${admin.id} timer`, `pool ${trader.id} timer`]);
    });
  });

  describe('the kill switch', () => {
    const kill = (body: object, who = admin) => who.agent.post('/api/v1/status/kill').send(body);

    it('halts, ends every entry of every group and empties the queue, and closes nothing', async () => {
      const groups = [await opened(admin), await opened(trader)];
      await waits(admin, 'q1');
      await waits(trader, 'q2');
      expect((await kill({ reason: 'enough' }).expect(202)).body).to.deep.equal({ status: 'requested', positions: 2, queued: 2 });
      expect(await inbox()).to.have.members([...groups.map((id) => `group ${id} entries-dropped`), `pool ${admin.id} queue-remove q1`, `pool ${trader.id} queue-remove q2`]);
      expect((await store.halts()).map(({ scope, kind, reason, by }) => [scope, kind, reason, by])).to.deep.equal([['global', 'kill_switch', 'enough', admin.email]]);
      expect(api.knocks.filter(({ queue }) => queue === 'signal').length).to.be.at.least(4);
    });

    it('of somebody who is no administrator ends their own', async () => {
      await opened(admin);
      const mine = await opened(trader);
      expect((await kill({}, trader).expect(202)).body.positions).to.equal(1);
      expect(await inbox()).to.deep.equal([`group ${mine} entries-dropped`]);
    });

    it('of one account: nothing else', async () => {
      const mine = await opened(admin);
      await opened(trader);
      await kill({ accountId: trader.accountId }).expect(404);
      await kill({ accountId: admin.accountId }).expect(202);
      expect([await inbox(), (await store.halts())[0]?.scopeId]).to.deep.equal([[`group ${mine} entries-dropped`], admin.accountId]);
    });

    const confirmations: [what: string, account: boolean, confirm: string | undefined, expected: number][] = [
      ['nothing typed', false, undefined, 400],
      ['another word', false, 'close all', 400],
      ['the word', false, 'CLOSE ALL', 202],
      ['the word for everything, for one account', true, 'CLOSE ALL', 400],
      ['the name of the account', true, 'paper', 202],
    ];
    for (const [what, account, confirm, expected] of confirmations) {
      it(`closing with ${what}: ${expected}`, async () => {
        const groupId = await opened(admin);
        await kill({ closePositions: true, ...(account ? { accountId: admin.accountId } : {}), ...(confirm === undefined ? {} : { confirm }) }).expect(expected);
        expect([await inbox(), (await store.halts()).length]).to.deep.equal(expected === 202 ? [[`group ${groupId} close-requested`], 1] : [[], 0]);
      });
    }

    it('hit twice closes once', async () => {
      const groupId = await opened(admin);
      for (const _ of [1, 2]) await kill({ closePositions: true, confirm: 'CLOSE ALL' }).expect(202);
      expect(await inbox()).to.deep.equal([`group ${groupId} close-requested`]);
    });

    it('cannot be re-armed while entries are left that would go out then: a group opened in the same moment is told first', async () => {
      await kill({}).expect(202);
      const late = await opened(admin, false);
      const { body } = await resume({ reason: 'go' }).expect(409);
      expect([body.code, await inbox(), (await store.halts()).length]).to.deep.equal(['entries_left', [`group ${late} entries-dropped`], 1]);
      await api.pool.query(`update orders set status = 'cancelled' where group_id = $1`, [late]);
      await resume({ reason: 'go' }).expect(200);
    });
  });
});
