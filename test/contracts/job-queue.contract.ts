import { expect } from 'chai';
import { createJobQueue } from '#shared/adapters/queue/create-job-queue';
import type { BullJobQueue } from '#shared/adapters/queue/create-job-queue';
import type { QueueName } from '#shared/contracts/jobs';
import { silentLog } from '#shared/adapters/system/log';
import { waitFor } from '../support/wait-for.ts';

/** Where one run of the suite keeps its queues. */
export interface QueueSetting {
  databaseUrl: string;
  redisUrl: string | null;
}

/** A handler that can be held open, and remembers what it was called with. */
function gate() {
  const seen: string[] = [];
  let open: (() => void)[] = [];
  return {
    seen,
    handler: (id: string): Promise<void> => {
      seen.push(id);
      return new Promise((resolve) => open.push(resolve));
    },
    release: (): void => {
      for (const resolve of open) resolve();
      open = [];
    },
    held: (): number => open.length,
  };
}

/** What every job queue must do, whichever backend carries it. */
export function jobQueueContract(backend: 'redis' | 'postgres', setting: () => Promise<QueueSetting>): void {
  describe(`job queue on ${backend}`, () => {
    let where: QueueSetting;
    let run = 0;
    const opened: BullJobQueue[] = [];
    // One prefix or database per suite; queues of one test are emptied by its workers, so each test uses its own queue name.
    const names: QueueName[] = ['signal', 'tp-check', 'timer', 'reconcile', 'maintenance', 'order-binance', 'fill-poll-binance'];
    const nextQueue = (): 'timer' => names[run++ % names.length] as 'timer';
    const queue = async (): Promise<BullJobQueue> => {
      const made = await createJobQueue({ ...where, log: silentLog });
      opened.push(made);
      return made;
    };

    before(async () => (where = await setting()));
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((made) => made.close()));
    });

    it('names its backend', async () => {
      expect((await queue()).backend).to.equal(backend);
    });

    it('hands a job to exactly one of two workers', async () => {
      const name = nextQueue();
      const [a, b] = [await queue(), await queue()];
      const seen: string[] = [];
      for (const worker of [a, b]) await worker.work(name, { concurrency: 3 }, async ({ inboxId }) => void seen.push(inboxId));
      for (let i = 0; i < 40; i += 1) await a.knock(name, { inboxId: String(i) });
      await waitFor('all jobs', () => seen.length >= 40);
      expect(new Set(seen).size).to.equal(40);
      expect(seen).to.have.length(40);
    });

    it('folds knocks with one key while the first still waits', async () => {
      const name = nextQueue();
      const made = await queue();
      for (const inboxId of ['first', 'second', 'third']) await made.knock(name, { inboxId }, { dedupeKey: 'group-1' });
      await made.knock(name, { inboxId: 'other' }, { dedupeKey: 'group-2' });
      expect((await made.depths())[name]?.waiting).to.equal(2);
      const seen: string[] = [];
      await made.work(name, { concurrency: 1 }, async ({ inboxId }) => void seen.push(inboxId));
      await waitFor('both jobs', () => seen.length === 2);
      expect(seen).to.deep.equal(['first', 'other']);
    });

    it('never swallows a knock that comes while a job with its key runs', async () => {
      const name = nextQueue();
      const made = await queue();
      const held = gate();
      await made.work(name, { concurrency: 1 }, ({ inboxId }) => held.handler(inboxId));
      await made.knock(name, { inboxId: 'running' }, { dedupeKey: 'group-1' });
      await waitFor('the first job to run', () => held.held() === 1);
      for (const inboxId of ['during', 'folded']) await made.knock(name, { inboxId }, { dedupeKey: 'group-1' });
      held.release();
      await waitFor('the second job to run', () => held.held() === 1);
      held.release();
      await waitFor('an empty queue', async () => Object.values((await made.depths())[name] ?? {}).every((count) => count === 0));
      expect(held.seen).to.deep.equal(['running', 'during']);
    });

    it('lets the same key knock again after the job has ended', async () => {
      const name = nextQueue();
      const made = await queue();
      const seen: string[] = [];
      await made.work(name, { concurrency: 1 }, async ({ inboxId }) => void seen.push(inboxId));
      for (const inboxId of ['one', 'two', 'three']) {
        await made.knock(name, { inboxId }, { dedupeKey: 'same' });
        await waitFor(inboxId, () => seen.includes(inboxId));
      }
      expect(seen).to.deep.equal(['one', 'two', 'three']);
    });

    it('takes jobs of lower priority number first', async () => {
      const name = nextQueue();
      const made = await queue();
      for (const [inboxId, priority] of [['entry', 10], ['cancel', 1], ['entry-2', 10], ['stop', 1]] as const) await made.knock(name, { inboxId }, { priority });
      const seen: string[] = [];
      await made.work(name, { concurrency: 1 }, async ({ inboxId }) => void seen.push(inboxId));
      await waitFor('all jobs', () => seen.length === 4);
      expect(seen).to.deep.equal(['cancel', 'stop', 'entry', 'entry-2']);
    });

    it('holds a delayed job back for its time', async () => {
      const name = nextQueue();
      const made = await queue();
      const at: number[] = [];
      await made.work(name, { concurrency: 1 }, async () => void at.push(Date.now()));
      const asked = Date.now();
      await made.knock(name, { inboxId: 'later' }, { delayMs: 300 });
      await waitFor('the delayed job', () => at.length === 1);
      expect((at[0] ?? 0) - asked).to.be.within(290, 1500);
    });

    it('counts a throw as a failed job, and goes on', async () => {
      const name = nextQueue();
      const made = await queue();
      const seen: string[] = [];
      await made.work(name, { concurrency: 1 }, async ({ inboxId }) => {
        if (inboxId === 'bad') throw new Error('no good');
        seen.push(inboxId);
      });
      await made.knock(name, { inboxId: 'bad' });
      await made.knock(name, { inboxId: 'good' });
      // A handler has ended a moment before its job has.
      await waitFor('the good job', async () => seen.length === 1 && (await made.depths())[name]?.active === 0);
      expect((await made.depths())[name]).to.deep.equal({ waiting: 0, active: 0, delayed: 0, failed: 1 });
    });

    it('keeps the limit across workers', async () => {
      const name = nextQueue();
      const [a, b] = [await queue(), await queue()];
      const at: number[] = [];
      const limit = { max: 5, perMs: 400 };
      for (const worker of [a, b]) await worker.work(name, { concurrency: 5, limit }, async () => void at.push(Date.now()));
      for (let i = 0; i < 15; i += 1) await a.knock(name, { inboxId: String(i) });
      await waitFor('all jobs', () => at.length === 15);
      // Three windows: the last job cannot be earlier than two windows after the first.
      expect((at[14] ?? 0) - (at[0] ?? 0)).to.be.greaterThan(2 * limit.perMs - 100);
    });

    it('lets the running job end on close', async () => {
      const name = nextQueue();
      const made = await createJobQueue({ ...where, log: silentLog });
      const held = gate();
      let ended = false;
      await made.work(name, { concurrency: 1 }, async ({ inboxId }) => {
        await held.handler(inboxId);
        ended = true;
      });
      await made.knock(name, { inboxId: 'last' });
      await waitFor('the job to run', () => held.held() === 1);
      const closed = made.close();
      held.release();
      await closed;
      expect(ended).to.equal(true);
    });
  });
}
