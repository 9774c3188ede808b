import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '#scripts/free-port';
import { migrate } from '#scripts/migrate';
import { alert } from '#test/support/alert';
import type { RunningStack } from '#test/support/running-stack';
import { bareSchema } from './bare-chain.ts';
import { bareOrderPrice, registerRich, resetAccount } from './bench-market.ts';
import { analyse, runChain, type Chain, type ChainView } from './chain-run.ts';

const view: ChainView = {
  settled: async (client) => Number((await client.query<{ n: string }>('select count(*) as n from bare.orders where accepted_at is not null')).rows[0]?.n),
  latencies: async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `select extract(epoch from o.accepted_at - a.received_at) * 1000 as ms from bare.orders o join bare.inbox i on i.id = o.inbox_id join bare.alerts a on a.id = i.signal_id
       where o.accepted_at is not null order by a.id`,
    );
    return rows.map((row) => Number(row.ms));
  },
};

/** A database of its own on the same server: two systems on one job queue would take each other's jobs. */
async function bareDatabase(serverUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query('create database bare');
  await admin.end();
  const url = Object.assign(new URL(serverUrl), { pathname: '/bare' }).toString();
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(bareSchema);
  await client.end();
  return url;
}

const forked = (role: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'bare-chain.ts'), [role], { execArgv: ['--conditions=source', '--import', 'tsx/esm'], env });
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`the bare ${role} ended with code ${code}`)));
  });

/** The bare chain's two processes beside a running Tranche, whose paper exchange they trade on. */
export async function startBareChain(stack: RunningStack, serverUrl: string, redisUrl: string | null): Promise<Chain> {
  const databaseUrl = await bareDatabase(serverUrl);
  const { apiKey, secret } = await registerRich(stack);
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), PAPER: stack.paperOrigin, API_KEY: apiKey, API_SECRET: secret, PRICE: await bareOrderPrice(stack), ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) };
  const children = [await forked('worker', env), await forked('api', env)];
  return {
    name: 'bare chain',
    async run(perSecond, seconds) {
      const requests = Array.from({ length: perSecond * seconds }, () => ({ path: '/alert', body: JSON.stringify(alert({ secret })) }));
      return await runChain(`http://127.0.0.1:${port}`, databaseUrl, requests, perSecond, view);
    },
    analyse: () => analyse(databaseUrl),
    // Its resting orders would be matched against for the rest of the run.
    rest: () => resetAccount(stack, apiKey),
    stop: () => {
      for (const child of children) child.disconnect();
    },
  };
}
