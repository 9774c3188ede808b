import { expect } from 'chai';
import type { RiskAction, RiskView } from '#shared/contracts/http';
import { dec, sum } from '#shared/engine/num/units';
import { paperLedger, type PaperLedger } from '#test/support/paper-ledger';
import type { PositionDetail } from '#test/support/e2e-story';
import { waitFor } from '#test/support/wait-for';
import { WorkedStack } from '#test/support/worked-stack';

const losers = Array.from({ length: 8 }, (_, index) => `KL${index}`);
const winners = Array.from({ length: 32 }, (_, index) => `KW${index}`);
const killsMost = 6;

/** A book of 40 groups in a falling market, several workers, one of them killed between each pair of steps: nothing twice, nothing forgotten. */
describe('offsets while workers die', function () {
  this.timeout(280_000);
  let worked: WorkedStack;

  before(async () => {
    worked = await WorkedStack.start(Object.fromEntries([...losers, ...winners].map((base) => [base, {}])), { WORKER_PROCESSES: '2' });
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
    for (const base of [...losers, ...winners]) await worked.until('held', base, ({ quantity }) => quantity === '10');
  });
  after(() => worked?.stack.stop());

  const actions = async (): Promise<RiskAction[]> => (await worked.stack.client.get<{ data: RiskAction[] }>('/risk/actions?limit=200')).data;
  const doneSteps = (all: RiskAction[]): number => all.flatMap(({ steps }) => steps).filter(({ state }) => state === 'done').length;

  it('each step happens once, and both ledgers agree', async () => {
    // The market falls, loser by loser, deeper and deeper: 70 to 105 USD each.
    for (const [index, base] of losers.entries()) await worked.market(base, String(93 - index * 0.5));
    let kills = 0;
    let seen = 0;
    await waitFor(
      'every loser to be paid for',
      async () => {
        const all = await actions();
        const done = doneSteps(all);
        if (done > seen && kills < killsMost && worked.stack.pids().workers !== undefined) {
          seen = done;
          kills += 1;
          worked.stack.kill('workers');
        }
        const [{ running }, closed] = await Promise.all([worked.stack.client.get<RiskView>('/risk'), worked.stack.client.get<{ data: { symbol: string }[] }>('/positions?status=closed&limit=200')]);
        return running === null && closed.data.filter(({ symbol }) => symbol.startsWith('KL')).length === losers.length;
      },
      { timeoutMs: 240_000, everyMs: 50 },
    );
    expect(kills).to.be.greaterThan(3);
    const [all, ledger] = [await actions(), await paperLedger(worked.stack)];
    expect(new Set(all.map(({ status }) => status))).to.deep.equal(new Set(['completed']));
    for (const base of [...losers, ...winners]) agrees(base, (await worked.positions(base))[0]!, all, ledger);
    const cost = sum(all.map(({ netRealisedUsd }) => netRealisedUsd));
    expect(dec(ledger.walletChange).plus(sum(ledger.trades.map(({ fee }) => fee))).toFixed(), 'what the offsets came to').to.equal(cost.toFixed());
    // Never worse than what rounding down to the step leaves: one step of a winner's gain per winner.
    expect(cost.toNumber()).to.be.within(-1, 1);
  });

  /** One group: what its plans closed is what was sold for it, and what is left is what the exchange holds. */
  function agrees(base: string, position: PositionDetail, all: readonly RiskAction[], { positions, trades }: PaperLedger): void {
    const steps = all.flatMap((action) => action.steps).filter(({ groupId }) => groupId === position.id);
    const closed = sum(steps.map(({ quantityClosed }) => quantityClosed));
    expect(closed.plus(position.quantity).toFixed(), `${base}: closed and left`).to.equal('10');
    expect(positions.find(({ symbol }) => symbol === `${base}USDT`)?.quantity ?? '0', `${base} at the exchange`).to.equal(position.quantity);
    const exits = position.orders.filter(({ role }) => role === 'close' || role === 'offset').map(({ clientOrderId }) => clientOrderId);
    expect(sum(trades.filter(({ clientOrderId }) => exits.includes(clientOrderId)).map(({ quantity }) => quantity)).toFixed(), `${base} sold`).to.equal(closed.toFixed());
    expect(position.orders.filter(({ role, status }) => (role === 'close' || role === 'offset') && status === 'filled'), `${base}: an order for each step`).to.have.length(steps.length);
  }
});
