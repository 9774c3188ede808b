import { expect } from 'chai';
import { runningDatabaseUrl } from '#scripts/running-database';
import type { RiskAction, RiskView } from '#shared/contracts/http';
import { sum } from '#shared/engine/num/units';
import { auditOffsets, type AuditedPosition } from '#test/support/audit-offsets';
import { paperLedger } from '#test/support/paper-ledger';
import { killWorker, SagaGate, type Moment } from '#test/support/saga-gate';
import { waitFor } from '#test/support/wait-for';
import { WorkedStack } from '#test/support/worked-stack';

const losers = Array.from({ length: 8 }, (_, index) => `KL${index}`);
const winners = Array.from({ length: 32 }, (_, index) => `KW${index}`);
const bought = '10';
/** Plans during which a worker is killed at every moment; the others run after them. */
const plansHunted = 3;

/**
 * A book of 40 groups in a falling market and several workers. The one that is about to go on with a plan is killed, at each of the plan's
 * moments: nothing twice, nothing forgotten.
 */
describe('offsets while workers die', function () {
  this.timeout(700_000);
  let worked: WorkedStack;
  let gate: SagaGate;

  before(async () => {
    worked = await WorkedStack.start(Object.fromEntries([...losers, ...winners].map((base) => [base, {}])), { WORKER_PROCESSES: '3' });
    await worked.configure({
      grid_strategy: { levels: [{ gap_percent: 0, weight_percent: 100, tp_percent: 50 }], tp_mode: 'aggregate', tp_percent: 50 },
      risk_engine: { require_full_pyramids: false, enable_post_full_wait: false, evaluate_interval_sec: 1 },
    });
    for (const base of [...losers, ...winners]) {
      await worked.market(base, '101');
      await worked.alert(base, { entryPrice: '100', orderSize: '1000' });
    }
    for (const base of [...losers, ...winners]) await worked.ladder(base, 1);
    for (const base of winners) await worked.walk(base, '100', '103');
    for (const base of losers) await worked.walk(base, '100');
    for (const base of [...losers, ...winners]) await worked.until('held', base, ({ quantity }) => quantity === bought);
    gate = await SagaGate.in(runningDatabaseUrl({ databaseUrl: null, dataDir: worked.stack.dataDir }));
  });
  after(async () => {
    await gate?.open().catch(() => {});
    await worked?.stack.stop();
  });

  const actions = async (): Promise<RiskAction[]> => (await worked.stack.client.get<{ data: RiskAction[] }>('/risk/actions?limit=200')).data;
  const name = ({ kind, planId, step }: Moment, last: string): string => (kind === 'deciding' ? `deciding after ${last}` : `${planId} ${step} ${kind}`);

  /** While a step waits at the gate: all before it are done, it is under way, and its order has been sold where it was answered for, and only there. */
  async function between({ kind, planId, step }: Moment): Promise<void> {
    if (planId === null) return;
    const [row] = await gate.ask<{ run: { steps: { step: number; state: string; groupId: string }[] } }>('select run from app.risk_actions where id = $1', [planId]);
    const steps = row?.run.steps ?? [];
    expect(steps.map(({ state }) => state), `${planId} at ${step} ${kind}`).to.deep.equal(steps.map((each) => (each.step < Number(step) ? 'done' : each.step === step ? 'asked' : 'pending')));
    const groupId = steps.find((each) => each.step === step)?.groupId;
    const sold = await gate.ask<{ sold: string; done: string }>(
      `select (select count(*) from app.orders where group_id = $1 and role in ('close', 'offset') and status = 'filled') as sold,
              (select count(*) from app.risk_actions, jsonb_array_elements(run->'steps') step where step->>'groupId' = $1::text and step->>'state' = 'done') as done`,
      [groupId],
    );
    expect(Number(sold[0]?.sold) - Number(sold[0]?.done), `sold for ${planId} ${step} when ${kind}`).to.equal(kind === 'answered' ? 1 : 0);
  }

  /** Kills the worker that waits at each moment for the first time, then lets the others go on, until as many plans have ended. */
  async function hunt(): Promise<string[]> {
    const killed: string[] = [];
    let last = 'none';
    // The last is the one after them: between two plans as well.
    for (let decided = 0; decided <= plansHunted; ) {
      const moment = await waitFor('somebody at the gate', () => gate.waiting(), { timeoutMs: 60_000, everyMs: 5 });
      const at = name(moment, last);
      if (!killed.includes(at)) {
        await between(moment);
        await killWorker(moment.pid);
        killed.push(at);
        if (moment.kind === 'deciding') decided += 1;
      }
      last = moment.planId ?? last;
      await gate.pass();
    }
    return killed;
  }

  it('each step happens once, and both ledgers agree', async () => {
    // The market falls, loser by loser, deeper and deeper: 70 to 105 USD each; half of them while workers die.
    const fall = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index += 1) await worked.market(losers[index]!, String(93 - index * 0.5));
    };
    const falling = fall(0, 4);
    const [killed] = await Promise.all([hunt(), falling.then(() => fall(4, losers.length))]);
    await gate.open();
    await waitFor(
      'every loser to be paid for',
      async () => {
        const [{ running }, closed] = await Promise.all([worked.stack.client.get<RiskView>('/risk'), worked.stack.client.get<{ data: { symbol: string }[] }>('/positions?status=closed&limit=200')]);
        return running === null && closed.data.filter(({ symbol }) => symbol.startsWith('KL')).length === losers.length;
      },
      { timeoutMs: 120_000, everyMs: 250 },
    );
    const [all, ledger] = [await actions(), await paperLedger(worked.stack)];
    expect(new Set(all.map(({ status }) => status))).to.deep.equal(new Set(['completed']));
    const hunted = [...all].reverse().slice(0, plansHunted);
    expect(killed, 'a worker died before and after each step of these plans, and between them').to.have.members([
      'deciding after none',
      ...hunted.flatMap(({ id, steps }) => [...steps.flatMap(({ step }) => [`${id} ${step} asked`, `${id} ${step} answered`]), `deciding after ${id}`]),
    ]);
    const audited: AuditedPosition[] = [];
    for (const base of [...losers, ...winners]) audited.push(...(await worked.positions(base)).map((position) => ({ ...position, symbol: `${base}/USDT:USDT`, bought })));
    expect(audited, 'one group each').to.have.length(losers.length + winners.length);
    expect(auditOffsets(audited, all, ledger)).to.deep.equal([]);
    // Never worse than what rounding down to the step leaves: one step of a winner's gain per winner.
    expect(sum(all.map(({ netRealisedUsd }) => netRealisedUsd)).toNumber()).to.be.within(-1, 1);
  });
});
