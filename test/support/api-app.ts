import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import type pg from 'pg';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import type { ApiDeps } from '#api/api-deps';
import { createApp } from '#api/app';
import { createMetrics } from '#api/http/metrics';
import { mirroredSettings } from '#api/queries/config-mirror.query';
import { InstrumentIndex } from '#api/queries/instrument-index';
import { createUser } from '#api/queries/people.query';
import { createPool } from '#shared/adapters/store/connect';
import { standingHouse } from '#shared/adapters/system/house-settings';
import { silentLog } from '#shared/adapters/system/log';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { createSettingsMirror } from '#shared/adapters/system/settings-mirror';
import { neverCrash } from '#shared/shell/crash-points';
import { createTestDatabase } from './postgres.ts';

/** A knock as it was made. */
export interface Knock {
  queue: string;
  payload: unknown;
}

/** The api on a database of its own. Knocks and live messages are gathered instead of sent. */
export interface TestApi {
  app: Express;
  deps: ApiDeps;
  pool: pg.Pool;
  databaseUrl: string;
  /** Where configurations are mirrored to. */
  dataDir: string;
  knocks: Knock[];
  live: { topic: string; message: unknown }[];
  /** What the api takes for now; starts at the real time. */
  clock: { time: number };
  /** Signs a user in, creating it first; the agent carries cookie and CSRF token. */
  signIn(email?: string, role?: 'administrator' | 'trader' | 'viewer'): Promise<SignedIn>;
  /** A webhook endpoint on the user's paper account. */
  endpoint(user: SignedIn, more?: object): Promise<{ id: string; secret: string; path: string }>;
  close(): Promise<void>;
}

export interface SignedIn {
  id: string;
  email: string;
  agent: TestAgent;
  csrfToken: string;
  accountId: string;
}

export const testPassword = 'correct horse battery';

export async function startTestApi(trading: ApiDeps['trading'] = { mode: 'simulation', approved: false }): Promise<TestApi> {
  const database = await createTestDatabase();
  const pool = createPool(database.url, { max: 10 });
  const dataDir = await mkdtemp(join(tmpdir(), 'tranche-api-'));
  const knocks: Knock[] = [];
  const live: TestApi['live'] = [];
  const clock = { time: Date.now() };
  const deps: ApiDeps = {
    pool,
    box: createSecretBox('ab'.repeat(32)),
    jobs: {
      backend: 'postgres',
      knock: async (queue, payload) => void knocks.push({ queue, payload }),
      work: async () => {},
      depths: async () => ({ signal: { waiting: 1, active: 0, delayed: 0, failed: 0 } }),
      close: async () => {},
    },
    bus: { publish: async (topic, message) => void live.push({ topic, message }), subscribe: async () => async () => {}, close: async () => {} },
    clock: { now: () => clock.time },
    log: silentLog,
    trading,
    house: standingHouse(),
    mirror: createSettingsMirror({ dataDir, load: (userId) => mirroredSettings(pool, userId), log: silentLog, now: () => clock.time }),
    instruments: new InstrumentIndex(pool, () => clock.time),
    metrics: createMetrics(false),
    atCrashPoint: neverCrash,
    version: '0.0.0-test',
  };
  const app = createApp(deps, { candles: { read: async () => [], askFor: async () => {} }, boardQueues: [], root: '/nonexistent', checkAnswers: true });

  const signIn = async (email = 'admin@example.com', role: 'administrator' | 'trader' | 'viewer' = 'administrator'): Promise<SignedIn> => {
    const user = await createUser(pool, deps.box, email, testPassword, role);
    const agent = supertest.agent(app);
    const { body } = await agent.post('/api/v1/auth/login').send({ email, password: testPassword }).expect(200);
    const csrfToken = (body as { csrfToken: string }).csrfToken;
    const { rows } = await pool.query<{ id: string }>('select id from accounts where user_id = $1', [user.id]);
    return { id: user.id, email, agent: agent.set('X-CSRF-Token', csrfToken), csrfToken, accountId: rows[0]?.id ?? '' };
  };
  return {
    app,
    deps,
    pool,
    databaseUrl: database.url,
    dataDir,
    knocks,
    live,
    clock,
    signIn,
    endpoint: async (user, more = {}) => {
      const { body } = await user.agent.post('/api/v1/webhook-endpoints').send({ name: 'test', accountId: user.accountId, executionMode: 'grid', ...more }).expect(201);
      return body as { id: string; secret: string; path: string };
    },
    close: async () => {
      await pool.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
