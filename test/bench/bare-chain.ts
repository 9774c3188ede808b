import { createHmac } from 'node:crypto';
import express from 'express';
import type pg from 'pg';
import { Pool as HttpPool } from 'undici';
import { createJobQueue } from '#shared/adapters/queue/create-job-queue';
import { createPool } from '#shared/adapters/store/connect';
import { silentLog } from '#shared/adapters/system/log';

/**
 * The reference: what an alert costs at the least when every step is durable. The same processes, inserts, enqueues and the same
 * one order at the same exchange as Tranche's own chain, and nothing else: no engine, no checks, no state.
 *
 * Run as `api` or as `worker`; talks over IPC.
 */
const role = process.argv[2] as 'api' | 'worker';
const { DATABASE_URL = '', REDIS_URL = null, PORT = '0', PAPER = '', API_KEY = '', API_SECRET = '', PRICE = '' } = process.env as Record<string, string | undefined> & { REDIS_URL: string | null };

export const bareSchema = `
  create schema if not exists bare;
  create table if not exists bare.alerts (id bigserial primary key, body jsonb, received_at timestamptz);
  create table if not exists bare.signals (id bigserial primary key, body jsonb);
  create table if not exists bare.inbox (id bigserial primary key, signal_id bigint, decided boolean default false);
  create table if not exists bare.groups (id bigserial primary key, state jsonb);
  create table if not exists bare.journal (id bigserial primary key, body jsonb);
  create table if not exists bare.orders (id bigserial primary key, inbox_id bigint, status text, accepted_at timestamptz);
  create table if not exists bare.outbox (id bigserial primary key, order_id bigint, done boolean default false);`;

async function api(pool: pg.Pool): Promise<void> {
  const jobs = await createJobQueue({ redisUrl: REDIS_URL, databaseUrl: DATABASE_URL, log: silentLog, prefix: 'bare' });
  const app = express();
  app.post('/alert', express.json(), async (request, response) => {
    const receivedAt = Date.now();
    const { rows } = await pool.query<{ id: string }>({
      name: 'intake',
      text: `with a as (insert into bare.alerts (body, received_at) values ($1, to_timestamp($2 / 1000.0)) returning id), s as (insert into bare.signals (body) values ($1) returning id)
             insert into bare.inbox (signal_id) select s.id from s, a returning id`,
      values: [JSON.stringify(request.body), receivedAt],
    });
    response.status(202).json({ id: rows[0]?.id });
    void jobs.knock('signal', { inboxIds: [rows[0]?.id ?? ''] });
  });
  app.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
}

async function worker(pool: pg.Pool): Promise<void> {
  const jobs = await createJobQueue({ redisUrl: REDIS_URL, databaseUrl: DATABASE_URL, log: silentLog, prefix: 'bare' });
  const http = new HttpPool(PAPER, { connections: 32 });
  await jobs.work('signal', { concurrency: 16 }, async ({ inboxIds }) => {
    await Promise.all(inboxIds.map((inboxId) => decide(inboxId)));
  });
  const decide = async (inboxId: string): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ id: string }>({
        name: 'decide',
        text: `with i as (update bare.inbox set decided = true where id = $1), g as (insert into bare.groups (state) values ($2)), j as (insert into bare.journal (body) values ($2), ($2)),
                 o as (insert into bare.orders (inbox_id, status) values ($1, 'ready') returning id) insert into bare.outbox (order_id) select id from o returning id`,
        values: [inboxId, JSON.stringify({ some: 'state' })],
      });
      await client.query('commit');
      await jobs.knock('order-binance', { outboxId: rows[0]?.id ?? '' });
    } finally {
      client.release();
    }
  };
  await jobs.work('order-binance', { concurrency: 32 }, async ({ outboxId }) => {
    await pool.query({ name: 'sending', text: `update bare.orders set status = 'sending' where id = (select order_id from bare.outbox where id = $1)`, values: [outboxId] });
    const query = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.010&price=${PRICE}&newClientOrderId=bare${outboxId}x&timestamp=${Date.now()}&recvWindow=5000`;
    const body = `${query}&signature=${createHmac('sha256', API_SECRET).update(query).digest('hex')}`;
    const answer = await http.request({ path: '/fapi/v1/order', method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-mbx-apikey': API_KEY }, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the exchange answered ${answer.statusCode}: ${text}`);
    await pool.query({
      name: 'accepted',
      text: `with o as (update bare.orders set status = 'open', accepted_at = now() where id = (select order_id from bare.outbox where id = $1)), j as (insert into bare.journal (body) values ($2))
             update bare.outbox set done = true where id = $1`,
      values: [outboxId, JSON.stringify({ answer: 'accepted' })],
    });
  });
  process.send?.('ready');
}

if (role === 'api' || role === 'worker') {
  const pool = createPool(DATABASE_URL, { max: 10 });
  await (role === 'api' ? api(pool) : worker(pool));
  process.once('disconnect', () => process.exit(0));
}
