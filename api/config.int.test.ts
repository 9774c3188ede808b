import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ConfigAnswer, ConfigApplied, ConfigDiff, ConfigImpact, ConfigVersion, ConfigVersionSummary, Page } from '#shared/contracts/http';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { exitPlanOf } from '#shared/contracts/settings-plans';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { GroupEvent } from '#shared/engine/messages/events';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { GroupStory, gridPlan, instrument, signal } from '#test/support/engine-story';

type Change = { [Group in keyof Settings]?: Partial<Settings[Group]> };
/** The defaults with some keys changed. */
const settingsWith = (change: Change, base: Settings = defaultSettings): Settings =>
  Object.fromEntries(Object.entries(base).map(([group, keys]) => [group, { ...(keys as object), ...change[group as keyof Settings] }])) as unknown as Settings;

describe('configuration documents', () => {
  let api: TestApi;
  let user: SignedIn;
  let users = 0;

  const call = async <T>(method: 'get' | 'post' | 'put', path: string, body: object | undefined = undefined, status = 200, who = user): Promise<T> => {
    const asked = who.agent[method](`/api/v1/config${path}`);
    const answer = await (body === undefined ? asked : asked.send(body));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
    return answer.body as T;
  };
  const apply = async (change: Change, body: object = {}): Promise<ConfigApplied<Settings>> => {
    const { active } = await call<ConfigVersion<Settings>>('get', '');
    await call('put', '', settingsWith(change, active));
    return call('post', '/apply', body);
  };
  const versions = async (query = ''): Promise<Page<ConfigVersionSummary>> => call('get', `/versions${query}`);
  const slots = (count: number): Change => ({ execution_pool: { max_open_groups: count } });

  before(async () => {
    api = await startTestApi();
    await api.signIn('first@example.com');
  });
  beforeEach(async () => {
    users += 1;
    user = await api.signIn(`trader${users}@example.com`, 'trader');
  });
  after(() => api.close());

  describe('history', () => {
    it('tells every version: when, by whom, how, and what changed', async () => {
      await apply(slots(3), { note: '  calmer  ' });
      await apply({ grid_strategy: { tp_percent: 2 }, UI: { theme: 'light' } });
      const { data } = await versions();
      expect(data.map(({ at: _, ...rest }) => rest)).to.deep.equal([
        { version: 2, author: { id: user.id, email: user.email }, what: 'applied', fromVersion: null, note: null, changed: ['grid_strategy.tp_percent', 'UI.theme'], active: true },
        { version: 1, author: { id: user.id, email: user.email }, what: 'applied', fromVersion: null, note: 'calmer', changed: ['execution_pool.max_open_groups'], active: false },
      ]);
      const one = await call<{ document: Settings; version: number }>('get', '/versions/1');
      expect([one.version, one.document.execution_pool.max_open_groups, one.document.grid_strategy.tp_percent]).to.deep.equal([1, 3, 1]);
      expect((await call<{ document: Settings }>('get', '/versions/0')).document).to.deep.equal(JSON.parse(JSON.stringify(defaultSettings)));
      const stranger = await api.signIn(`stranger${users}@example.com`, 'viewer');
      await call('get', '/versions/1', undefined, 404, stranger);
      expect((await call<Page<unknown>>('get', '/versions', undefined, 200, stranger)).data).to.deep.equal([]);
    });

    it('compares any two, draft and active among them', async () => {
      await apply(slots(3));
      await apply(slots(4));
      expect(await call<ConfigDiff>('get', '/versions/1/diff/2')).to.deep.equal({ from: 1, to: 2, changes: [{ path: 'execution_pool.max_open_groups', before: 3, after: 4 }] });
      await call('put', '', settingsWith(slots(9)));
      const { changes } = await call<ConfigDiff>('get', '/versions/active/diff/draft');
      expect(changes).to.deep.equal([{ path: 'execution_pool.max_open_groups', before: 4, after: 9 }]);
      expect((await call<ConfigDiff>('get', '/versions/2/diff/0')).changes).to.deep.equal([{ path: 'execution_pool.max_open_groups', before: 4, after: 10 }]);
      for (const [path, status] of [['1/diff/7', 404], ['x/diff/1', 400], ['-1/diff/1', 400], ['1/diff/99999999999', 400]] as const) await call('get', `/versions/${path}`, undefined, status);
    });

    it('keeps as many as it is told to; page by page, newest first', async () => {
      await apply({ storage: { history_keep: 3 } });
      for (const count of [1, 2, 3, 4]) await apply(slots(count));
      expect((await versions()).data.map(({ version }) => version)).to.deep.equal([5, 4, 3]);
      const first = await versions('?limit=2');
      expect(first.data.map(({ version }) => version)).to.deep.equal([5, 4]);
      expect((await versions(`?limit=2&cursor=${first.nextCursor}`)).data.map(({ version, changed }) => [version, changed])).to.deep.equal([[3, ['execution_pool.max_open_groups']]]);
      await call('get', '/versions/2', undefined, 404);
      await call('post', '/rollback/1', {}, 404);
    });

    it('works out what changed in versions from before that was noted', async () => {
      await apply(slots(3));
      await apply({ ...slots(4), UI: { font_size: 15 } });
      await api.pool.query('update configs set changed = null where user_id = $1', [user.id]);
      expect((await versions()).data.map(({ changed }) => changed)).to.deep.equal([['execution_pool.max_open_groups', 'UI.font_size'], ['execution_pool.max_open_groups']]);
    });
  });

  describe('rollback', () => {
    it('puts an earlier version into the draft and shows what it changes', async () => {
      await apply(slots(3));
      await apply(slots(4));
      const answer = await call<ConfigApplied<Settings> & ConfigDiff>('post', '/rollback/1', {});
      expect(answer).to.include({ version: 2, from: 1 });
      expect(answer.changes).to.deep.equal([{ path: 'execution_pool.max_open_groups', before: 4, after: 3 }]);
      expect([answer.draft.execution_pool.max_open_groups, answer.active.execution_pool.max_open_groups]).to.deep.equal([3, 4]);
      await call('post', '/apply', { note: 'back' });
      expect((await versions()).data[0]).to.include({ version: 3, what: 'rolled_back', fromVersion: 1, note: 'back' });
    });

    it('applies it at once where that is wanted, as a new version', async () => {
      await apply(slots(3));
      await apply(slots(4));
      const answer = await call<ConfigApplied<Settings>>('post', '/rollback/1', { apply: true });
      expect([answer.version, answer.active.execution_pool.max_open_groups, answer.changed]).to.deep.equal([3, 3, []]);
      expect((await versions()).data.map(({ version, what, fromVersion }) => [version, what, fromVersion])).to.deep.equal([
        [3, 'rolled_back', 1],
        [2, 'applied', null],
        [1, 'applied', null],
      ]);
      const fresh = await call<ConfigApplied<Settings>>('post', '/rollback/0', { apply: true });
      expect(fresh.active).to.deep.equal(JSON.parse(JSON.stringify(defaultSettings)));
    });

    it('refuses a version that does not fit the rules of today, rather than taking the defaults for it', async () => {
      await apply(slots(3));
      await apply(slots(4));
      await api.pool.query(`update configs set document = jsonb_set(document, '{execution_pool,max_open_groups}', '0') where user_id = $1 and version = 1`, [user.id]);
      const refused = await call<{ code: string; errors: { path: string }[] }>('post', '/rollback/1', { apply: true }, 400);
      expect([refused.code, refused.errors[0]?.path]).to.deep.equal(['invalid_config', 'execution_pool.max_open_groups']);
      expect((await call<ConfigVersion<Settings>>('get', '')).draft.execution_pool.max_open_groups).to.equal(4);
    });
  });

  describe('import, reset and versions', () => {
    it('remember where a draft came from until a person edits it', async () => {
      const answer = await call<ConfigAnswer<Settings>>('post', '/import', { risk: { loss_threshold_percent: 7 }, exchange: { api_key: 'A4B19K-very-secret' } });
      expect(answer.draft.risk_engine.loss_threshold_percent).to.equal(-7);
      expect(answer.warnings.map(({ code }) => code)).to.deep.equal(['alias', 'secret_removed', 'sign', 'defaulted']);
      expect(JSON.stringify(answer)).to.not.include('A4B19K');
      // The same document again is no edit.
      await call('put', '', answer.draft);
      await call('post', '/apply', {});
      await call('post', '/reset', {});
      await call('post', '/apply', {});
      await call('post', '/import', settingsWith(slots(2)));
      await call('put', '', settingsWith(slots(3)));
      await call('post', '/apply', {});
      expect((await versions()).data.map(({ what }) => what)).to.deep.equal(['applied', 'reset', 'imported']);
      const { rows } = await api.pool.query<{ all: string }>('select string_agg(document::text, \' \') as all from (select document from configs union all select document from config_drafts) d');
      expect(rows[0]?.all).to.not.include('A4B19K');
    });

    it('an import with one fault changes nothing', async () => {
      const before = await call<ConfigVersion<Settings>>('get', '');
      const refused = await call<{ errors: { path: string }[] }>('post', '/import', { ...settingsWith(slots(2)), precision: { refresh_seconds: 1 } }, 400);
      expect(refused.errors.map(({ path }) => path)).to.deep.equal(['precision.refresh_seconds']);
      expect((await call<ConfigVersion<Settings>>('get', '')).draft).to.deep.equal(before.draft);
    });

    it('an export, changed values, an import: the next export is equal, with every category (R-689)', async () => {
      await apply({ ...slots(7), grid_strategy: { pyramid_specific_levels: { '2': [{ gap_percent: 0, weight_percent: 100, tp_percent: null }] } }, logging: { keep_days: 3 } });
      const exported = await call<Settings>('get', '/export');
      expect(Object.keys(exported)).to.deep.equal(Object.keys(defaultSettings));
      await apply({ ...slots(8), grid_strategy: { pyramid_specific_levels: {} }, logging: { keep_days: 4 } });
      const { warnings } = await call<ConfigAnswer>('post', '/import', exported);
      expect(warnings).to.deep.equal([]);
      await call('post', '/apply', {});
      expect(await call('get', '/export')).to.deep.equal(exported);
    });

    it('a page that edits an old draft is told, if it says which one', async () => {
      const { draftRevision } = await call<ConfigVersion>('get', '');
      const saved = await call<ConfigVersion>('put', `?revision=${draftRevision}`, settingsWith(slots(2)));
      expect(saved.draftRevision).to.equal(draftRevision + 1);
      expect(await call('put', `?revision=${draftRevision}`, settingsWith(slots(5)), 409)).to.include({ code: 'draft_changed' });
      expect(await call('post', '/apply', { revision: draftRevision }, 409)).to.include({ code: 'draft_changed' });
      expect(await call('post', '/apply', { revision: saved.draftRevision })).to.include({ version: 1 });
      await call('put', '', settingsWith(slots(5)));
    });
  });

  describe('the file in the data directory', () => {
    const file = (name: string, folder = 'engine_data') => join(api.dataDir, folder, name);
    const json = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Settings;

    it('is the draft, ready to be imported, and beside it what is active; the first administrator has the plain name', async () => {
      const { mirror } = await call<ConfigAnswer>('put', '', settingsWith(slots(6)));
      const path = file(`config-${user.id}.json`);
      expect(mirror).to.deep.include({ file: path, fault: null });
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect((await json(path)).execution_pool.max_open_groups).to.equal(6);
      expect((await json(file(`config-${user.id}.active.json`))).execution_pool.max_open_groups).to.equal(10);
      await call('post', '/apply', {});
      expect((await json(file(`config-${user.id}.active.json`))).execution_pool.max_open_groups).to.equal(6);
    });

    it('is read back by the rules of an import', async () => {
      expect(await call('post', '/import-mirror', {}, 404)).to.include({ code: 'no_mirror' });
      await call('put', '', defaultSettings);
      const path = file(`config-${user.id}.json`);
      await writeFile(path, JSON.stringify({ ...(await json(path)), risk_engine: { loss_percent_trigger: 3 } }));
      const answer = await call<ConfigAnswer<Settings>>('post', '/import-mirror', {});
      expect(answer.changed).to.deep.equal(['risk_engine.loss_threshold_percent']);
      for (const [text, code] of [['{"broken":', 'mirror_unreadable'], ['{"execution_pool":{"max_open_groups":0}}', 'invalid_config'], ['[]', 'invalid_config']] as const) {
        await writeFile(path, text);
        expect(await call('post', '/import-mirror', {}, 400)).to.include({ code });
      }
      expect((await call<ConfigVersion>('get', '')).changed).to.deep.equal(['risk_engine.loss_threshold_percent']);
    });

    it('follows the data directory of the first administrator, and fails without failing the save', async () => {
      const administrator = await api.signIn('second-administrator@example.com');
      const { rows } = await api.pool.query<{ id: string }>('select min(id) as id from users');
      await api.pool.query('insert into configs (user_id, version, document) values ($1, 1, $2)', [rows[0]?.id, settingsWith({ app: { data_dir: './elsewhere' } })]);
      await writeFile(file('').replace(/engine_data\/?$/, 'elsewhere'), 'in the way');
      const { mirror, draft } = await call<ConfigAnswer<Settings>>('put', '', settingsWith(slots(6)), 200, administrator);
      expect(draft.execution_pool.max_open_groups).to.equal(6);
      expect(mirror.fault).to.match(/EEXIST|ENOTDIR/);
      const { body: status } = await administrator.agent.get('/api/v1/status').expect(200);
      expect(status.warnings.map(({ code }: { code: string }) => code)).to.deep.equal(['config_mirror_failed']);
      await rm(file('').replace(/engine_data\/?$/, 'elsewhere'));
      await call('put', '', settingsWith(slots(7)), 200, administrator);
      expect((await json(file(`config-${administrator.id}.json`, 'elsewhere'))).execution_pool.max_open_groups).to.equal(7);
      expect((await administrator.agent.get('/api/v1/status').expect(200)).body.warnings).to.deep.equal([]);
      await api.pool.query('delete from configs where user_id = $1', [rows[0]?.id]);
    });
  });

  it('a saved draft goes to all browsers, an applied version to all processes', async () => {
    const from = api.live.length;
    await call('put', '', settingsWith(slots(2)));
    await call('post', '/apply', {});
    const told = api.live.slice(from).map(({ topic, message }) => [topic, (message as { event?: string; userId: string }).event ?? null, (message as { userId: string }).userId]);
    expect(told).to.deep.equal([
      ['live', 'config', user.id],
      ['live', 'config', user.id],
      ['config', null, user.id],
    ]);
  });

  describe('what applying would touch', () => {
    let groups = 100;

    /** An open group whose first two legs are bought, with their take-profits at the venue. */
    const open = async (symbol: string, maxPyramids = 5): Promise<string> => {
      groups += 1;
      const id = String(groups);
      const { rows } = await api.pool.query<{ id: string }>(
        `insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, side, payload) values ($1, $2, 'e', $3, $4, '15m', 'entry', 'long', '{"understood":{"alertName":"Breakout"}}') returning id`,
        [user.id, user.accountId, id, symbol],
      );
      const signalId = rows[0]?.id ?? '';
      const rules = instrument({ symbol, base: symbol.split('/')[0] ?? '' });
      await api.pool.query(`insert into instruments values ('binance', 'usdm', $1, $1, $2, now()) on conflict do nothing`, [symbol, rules]);
      const opening = new GroupStory().open({ exit: exitPlanOf(defaultSettings), plan: gridPlan({ maxPyramids }) }).events[0]?.event as Extract<GroupEvent, { type: 'open' }>;
      const story = new GroupStory({ instrument: rules });
      story.hear({ ...opening, groupId: id, signal: signal({ symbol, signalId, userId: user.id, accountId: user.accountId }), start: { ...opening.start, signalId } }).acceptAll();
      story.fill(story.order('entry', 0, 0)).acceptAll();
      story.fill(story.order('entry', 0, 1)).acceptAll();
      const saved = { group: story.state, version: story.events.length, wake: [], orders: story.state.orders, fills: [] };
      await createPostgresStore(api.pool).transact({ aggregate: 'pool', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => ({ pool: null, groups: [saved], journal: [], inbox: [], outbox: [], signals: [] }));
      return id;
    };
    const wait = async (...reasons: string[]): Promise<void> => {
      const waiting = reasons.map((reason, index) => ({ id: `${user.id}-${index}`, signal: signal({ userId: user.id }), reason, queuedAt: 0, replacementCount: 0, replacedAt: null }));
      await api.pool.query('insert into pools (user_id, version, state) values ($1, 1, $2) on conflict (user_id) do update set state = excluded.state', [user.id, { userId: user.id, waiting, queuedSoFar: reasons.length }]);
    };
    const impactOf = async (change: Change): Promise<ConfigImpact> => {
      await call('put', '', settingsWith(change));
      return call('get', '/impact');
    };
    const changeOf = (impact: ConfigImpact, path: string) => {
      const found = impact.changes.find((change) => change.path === path);
      if (found === undefined) throw new Error(`${path} is not among ${impact.changes.map((change) => change.path).join(', ')}`);
      return found;
    };

    it('is nothing where nothing is changed', async () => {
      await open('BTC/USDT:USDT');
      expect(await call('get', '/impact')).to.deep.equal({ version: 0, draftRevision: 0, openPositions: 1, queued: 0, changes: [], replan: { positions: [], orders: 0 } });
    });

    it('targets: no open position, every entry that waits, and the take-profits a re-plan would move', async () => {
      const id = await open('BTC/USDT:USDT');
      await wait('pool_full', 'opposite_side');
      const levels = defaultSettings.grid_strategy.levels.map((level) => ({ ...level, tp_percent: level.tp_percent === 1 ? 3 : level.tp_percent }));
      const impact = await impactOf({ grid_strategy: { levels } });
      const change = changeOf(impact, 'grid_strategy.levels');
      expect(change).to.include({ takesEffect: 'new groups', code: 'exit_plan', replannable: true });
      expect(change.touches).to.deep.equal({ positions: [], orders: 0, queued: 2 });
      // Leg 1 keeps its target, and so its order.
      const order = (await api.pool.query<{ id: string }>(`select client_order_id as id from orders where group_id = $1 and role = 'take-profit' and leg = 0`, [id])).rows[0]?.id;
      expect(impact.replan.orders).to.equal(1);
      expect(impact.replan.positions).to.deep.equal([
        {
          ...{ id, symbol: 'BTC/USDT:USDT', timeframe: '15m', side: 'long', status: 'partially_filled', accountName: 'paper', tpModeBefore: 'per_leg', tpModeAfter: 'per_leg' },
          orders: [{ clientOrderId: order, pyramid: 0, leg: 0, priceBefore: '101', priceAfter: '103' }],
        },
      ]);
    });

    it('another take-profit mode by a rule: only the positions it names lose their resting orders', async () => {
      const named = await open('SOL/USDT:USDT');
      await open('XRP/USDT:USDT');
      const rule = { symbol: 'SOLUSDT', timeframe: null, strategy: 'breakout', pyramid: null, tp_mode: 'aggregate' as const, tp_percent: null };
      const { replan } = await impactOf({ grid_strategy: { tp_overrides: [rule] } });
      expect(replan.positions.map(({ id, tpModeAfter }) => [id, tpModeAfter])).to.deep.equal([[named, 'aggregate']]);
      expect(replan.positions[0]?.orders?.map(({ leg, priceAfter }) => [leg, priceAfter])).to.deep.equal([
        [0, null],
        [1, null],
      ]);
    });

    it('slots, sizing, ladders, precision and looks: each says when it is felt and by whom', async () => {
      const growing = await open('BTC/USDT:USDT');
      await open('ETH/USDT:USDT', 1);
      await wait('pool_full', 'missing_precision', 'pool_full');
      const impact = await impactOf({
        execution_pool: { max_open_groups: 1, queue_limit: 1 },
        grid_strategy: { fixed_quote: 50, max_pyramids_per_group: 6 },
        precision: { enforce_tick_size: false },
        waiting_rule: { drop_on_exit: false },
        risk_engine: { loss_threshold_percent: -3 },
        logging: { keep_days: 3 },
        UI: { theme: 'light' },
        deployment: { auto_update: true },
      });
      const told = Object.fromEntries(impact.changes.map(({ path, takesEffect, touches }) => [path, [takesEffect, touches.positions.map(({ id }) => id), touches.queued]]));
      const both = [growing, String(Number(growing) + 1)];
      expect(told).to.deep.equal({
        'execution_pool.max_open_groups': ['next decision', [], 2],
        'execution_pool.queue_limit': ['next decision', [], 0],
        'grid_strategy.max_pyramids_per_group': ['new groups', [], 3],
        'grid_strategy.fixed_quote': ['next decision', [growing], 3],
        'waiting_rule.drop_on_exit': ['next decision', [], 3],
        'risk_engine.required_pyramids_for_timer': ['next decision', both, 0],
        'risk_engine.loss_threshold_percent': ['next decision', both, 0],
        'precision.enforce_tick_size': ['new groups', [], 3],
        // Not the first administrator: the installation does not follow.
        'logging.keep_days': ['recorded only', [], 0],
        'UI.theme': ['at once', [], 0],
        'deployment.auto_update': ['recorded only', [], 0],
      });
      expect(changeOf(impact, 'execution_pool.max_open_groups').words).to.include('2 groups are open, 1 more than the new limit').and.include('before 2 of them have closed');
    });

    it('a re-plan asks every position it changes, in the transaction that applies, once', async () => {
      const id = await open('BTC/USDT:USDT');
      await wait('pool_full');
      const knocks = api.knocks.length;
      const plain = await apply({ grid_strategy: { tp_mode: 'aggregate', tp_percent: 4 }, risk_engine: { max_slippage_percent: 0.5 } });
      expect(plain.replanned).to.deep.equal([]);
      const again = await call<ConfigApplied>('post', '/apply', { replan: true });
      expect([again.version, again.replanned]).to.deep.equal([1, [id]]);
      expect((await call<ConfigApplied>('post', '/apply', { replan: true })).replanned).to.deep.equal([]);
      const { rows } = await api.pool.query<{ key: string; aggregate: string; aggregate_id: string; event: GroupEvent }>('select key, aggregate, aggregate_id, event from inbox where key like $1 or key like $2 order by id', [`config:%:group:${id}`, `config:${user.id}:%`]);
      expect(rows.map(({ key, aggregate }) => [key, aggregate])).to.deep.equal([
        [`config:${user.id}:1:pool`, 'pool'],
        [`config:1:group:${id}`, 'group'],
      ]);
      const event = rows[1]?.event as Extract<GroupEvent, { type: 'replan' }>;
      expect([event.type, event.configVersion, event.exitPlan.kind, event.exitPlan.tpPercent, event.slippagePlan.maxPercent]).to.deep.equal(['replan', 1, 'aggregate', '4', '0.5']);
      expect(api.knocks.length - knocks).to.equal(2);
    });

    it('an import that is refused at apply leaves nothing behind', async () => {
      const live = await startTestApi({ mode: 'live', approved: true });
      try {
        const trader = await live.signIn();
        await call('put', '', settingsWith({ security: { webhook_signature_validation: false } }), 200, trader);
        expect(await call('post', '/apply', {}, 400, trader)).to.include({ code: 'invalid_config' });
        expect((await call<ConfigVersion>('get', '', undefined, 200, trader)).version).to.equal(0);
        expect(await call('post', '/rollback/0', { apply: true }, 200, trader)).to.include({ version: 0 });
      } finally {
        await live.close();
      }
    });
  });
});
