import type { AccountMode, EngineState, HaltView, LogEntry, MarketName, PriceSource, Status, User } from '#shared/contracts/http';
import { venues } from '#shared/contracts/jobs';
import type { Settings } from '#shared/contracts/settings';
import { readHalts } from '#shared/adapters/store/halts.table';
import type { Halt } from '#shared/ports/store.port';
import type { FeedStatus } from '#shared/ports/market-data.port';
import { dec, type Dec } from '#shared/engine/num/units';
import type { Side } from '#shared/engine/order/order';
import type { ApiDeps } from '../api-deps.ts';
import { whyNotTradable } from './accounts.query.ts';
import { logColumns, logView, logWhere, type LogRow } from './logs.query.ts';
import { poolView } from './pool.query.ts';
import { unrealised } from './positions.query.ts';
import { readSettings } from './settings.query.ts';
import { plain } from './views.ts';
import { iso } from './where.ts';

/** A process that has not said anything for this long is taken for down. */
const silentMs = 15_000;
const connectedMs = 15_000;
const modeRank: Record<AccountMode, number> = { paper: 0, testnet: 1, live: 2 };

interface AccountRow {
  id: string;
  name: string;
  venue: string;
  market: MarketName;
  mode: AccountMode;
  enabled: boolean;
  live_enabled_at: Date | null;
}
interface ProcessRow {
  name: string;
  status: unknown;
  updated_at: Date;
  silent_ms: number;
}

/** Everything the top bar and the dashboard tell about the engine. */
export async function readStatus(deps: ApiDeps, user: User): Promise<Status> {
  const { pool, trading, clock, jobs, version } = deps;
  const [accounts, processes, halts, lastWebhook, alerts, slots, pnl, queues, config] = await Promise.all([
    pool.query<AccountRow>('select id, name, venue, market, mode, enabled, live_enabled_at from accounts where user_id = $1 and deleted_at is null order by id', [user.id]),
    readProcesses(deps),
    readHalts(pool),
    pool.query<{ received_at: Date; answer: number; code: string | null }>('select received_at, answer, code from alerts where user_id = $1 order by id desc limit 1', [user.id]),
    openAlerts(deps, user),
    poolView(pool, user.id),
    readProfit(deps, user.id),
    jobs.depths().catch(() => null),
    readSettings(pool, user.id),
  ]);
  const enabled = accounts.rows.filter((account) => account.enabled);
  const named = new Map(accounts.rows.map(({ id, name }) => [id, name]));
  // What concerns other people's accounts only is theirs.
  const standing = halts.filter(({ scope, scopeId }) => scope === 'global' || named.has(scopeId)).map((halt): HaltView => haltView(halt, named.get(halt.scopeId) ?? null));
  return {
    engine: engineState(processes, queues !== null, standing.filter(({ scope, scopeId }) => scope === 'global' || enabled.some(({ id }) => id === scopeId))),
    mode: enabled.reduce<AccountMode>((most, { mode }) => (modeRank[mode] > modeRank[most] ? mode : most), 'paper'),
    trading: { mode: trading.mode, approved: trading.approved },
    accounts: accounts.rows.map((account) => ({ id: account.id, name: account.name, venue: account.venue, market: account.market, mode: account.mode, tradable: whyNotTradable(account, trading) === null })),
    prices: priceSources(processes, clock.now()),
    venues: venueLights(processes),
    processes: processes.filter(({ name }) => !name.startsWith('venue:')).map(({ name, status, updated_at: updatedAt, silent_ms: silent }) => ({ name, up: silent < silentMs, updatedAt: iso(updatedAt), status })),
    lastWebhook: lastWebhook.rows[0] === undefined ? null : { at: iso(lastWebhook.rows[0].received_at), answer: lastWebhook.rows[0].answer, code: lastWebhook.rows[0].code },
    queueBackend: jobs.backend,
    queues: queues ?? {},
    halts: standing,
    warnings: [...warningsOf(config.active, trading.mode), ...mirrorWarnings(deps.mirror.state(user.id)?.fault ?? null)],
    alerts,
    pool: slots,
    pnl,
    serverTime: new Date(clock.now()).toISOString(),
    version,
  };
}

/** Settings that are allowed and dangerous (A-35). */
export function warningsOf({ security }: Pick<Settings, 'security'>, mode: Status['trading']['mode']): Status['warnings'] {
  if (security.webhook_signature_validation || mode === 'live') return [];
  return [{ code: 'webhook_signature_off', path: 'security.webhook_signature_validation', message: 'Alerts are taken without a secret: whoever knows the address of a webhook endpoint can trade on its account. Live accounts still ask for it.' }];
}

/** The configuration is safe in the database, but its file is not the newest (A-42). */
const mirrorWarnings = (fault: string | null): Status['warnings'] =>
  fault === null ? [] : [{ code: 'config_mirror_failed', path: 'app.data_dir', message: `The configuration is saved, but its file in the data directory could not be written: ${fault}` }];

/** Status rows of processes; workers are seen by the sweeper's lease, which one of them renews every second. */
async function readProcesses({ pool }: ApiDeps): Promise<ProcessRow[]> {
  const { rows } = await pool.query<ProcessRow>(
    `select name, status, updated_at, (extract(epoch from clock_timestamp() - updated_at) * 1000)::float8 as silent_ms from process_status where name not like 'account-test:%' and name not like 'rules:%'
     union all
     select 'workers', jsonb_build_object('sweeper', owner), least(expires_at, now()), greatest(0, extract(epoch from clock_timestamp() - expires_at) * 1000)::float8 from leases where name = 'sweeper'
     order by 1`,
  );
  return rows;
}

const haltView = ({ scope, scopeId, kind, code, reason, by, fileStands, at }: Halt, accountName: string | null): HaltView => ({ scope, scopeId, accountName, kind, code, reason, by, fileStands, createdAt: new Date(at).toISOString() });

/** Safe mode, of everything or of one account in use, is an error; other halts of everything are a pause (A-91). */
function engineState(processes: ProcessRow[], queueUp: boolean, halts: readonly HaltView[]): { state: EngineState; reason: string | null } {
  if (!queueUp) return { state: 'error', reason: 'The job queue cannot be reached.' };
  for (const [name, words] of [['workers', 'No worker is running: signals are stored and wait.'], ['market', 'The market feed is not running: no prices come in.']] as const) {
    const found = processes.find((process) => process.name === name);
    if (found === undefined || found.silent_ms >= silentMs) return { state: 'error', reason: words };
  }
  const safe = halts.find(({ kind, scope }) => kind === 'safe_mode' && scope === 'global') ?? halts.find(({ kind }) => kind === 'safe_mode');
  if (safe !== undefined) return { state: 'error', reason: `Safe mode${safe.accountName === null ? '' : ` of account ${safe.accountName}`}: ${safe.reason}` };
  const halted = halts.find(({ scope }) => scope === 'global');
  return halted === undefined ? { state: 'running', reason: null } : { state: 'paused', reason: halted.reason };
}

const feedOf = (processes: ProcessRow[]): FeedStatus | null => (processes.find((process) => process.name === 'market')?.status as FeedStatus | undefined) ?? null;

function priceSources(processes: ProcessRow[], now: number): PriceSource[] {
  const feed = feedOf(processes);
  const row = processes.find((process) => process.name === 'market');
  if (feed === null || row === undefined) return [];
  const lastAt = feed.lastAt;
  // A replay's prices are as old as its file, so only the process's own silence tells there.
  const connected = row.silent_ms < silentMs && lastAt !== null && (feed.kind !== 'live' || now - lastAt < connectedMs);
  return venues.map((venue) => ({ venue, source: feed.kind, fallback: feed.fallback, reason: feed.detail, lastPriceAt: lastAt === null ? null : new Date(lastAt).toISOString(), heardAt: iso(row.updated_at), connected, ended: feed.ended === true }));
}

/** A venue's light: its own status row where somebody writes one, the live feed's otherwise. */
function venueLights(processes: ProcessRow[]): Status['venues'] {
  const feed = feedOf(processes);
  return venues.map((venue) => {
    const own = processes.find((process) => process.name === `venue:${venue}`);
    const told = (own?.status ?? {}) as { state?: 'up' | 'down'; detail?: string; rateLimit?: unknown };
    if (own !== undefined) return { venue, state: own.silent_ms < 4 * silentMs ? (told.state ?? 'unknown') : 'unknown', detail: told.detail ?? '', checkedAt: iso(own.updated_at), rateLimit: told.rateLimit ?? null };
    if (feed?.kind === 'live') return { venue, state: 'up', detail: feed.detail, checkedAt: feed.lastAt === null ? null : new Date(feed.lastAt).toISOString(), rateLimit: null };
    return { venue, state: 'unknown', detail: feed?.fallback === true ? feed.detail : 'Prices do not come from the venue.', checkedAt: null, rateLimit: null };
  });
}

async function openAlerts({ pool }: ApiDeps, user: User): Promise<LogEntry[]> {
  const where = logWhere(user, {}).and(`l.level in ('error', 'alert') and l.at > now() - interval '7 days' and not exists (select 1 from log_acknowledgements k where k.log_id = l.id)`);
  const { rows } = await pool.query<LogRow>(`select ${logColumns} from log_rows l ${where.sql} order by l.id desc limit 20`, where.values);
  return rows.map(logView);
}

/** Realised over all positions, unrealised over the open ones. */
async function readProfit({ pool }: ApiDeps, userId: string): Promise<Status['pnl']> {
  const realised = await pool.query<{ sum: string | null }>('select sum(pnl_realised) from position_groups where user_id = $1', [userId]);
  const { rows } = await pool.query<{ quantity: string; cost_held: string; side: Side; price_last: string | null }>(
    `select g.quantity, g.cost_held, g.side, p.price as price_last from position_groups g
       left join prices p on p.venue = g.venue and p.market = g.market and p.symbol = g.symbol where g.user_id = $1 and g.status <> 'closed'`,
    [userId],
  );
  const total = rows.reduce<Dec>((sum, row) => sum.plus(unrealised(row)?.pnl ?? '0'), dec(0));
  const cost = rows.reduce<Dec>((sum, row) => sum.plus(row.cost_held), dec(0));
  const percent = cost.isZero() ? dec(0) : total.dividedBy(cost).times(100).toDecimalPlaces(12);
  return { realised: plain(realised.rows[0]?.sum ?? '0'), unrealised: plain(total), unrealisedPercent: plain(percent), currency: 'USDT' };
}
