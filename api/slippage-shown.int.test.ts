import { expect } from 'chai';
import type pg from 'pg';
import type { PositionDetail } from '#shared/contracts/http';
import { createPool } from '#shared/adapters/store/connect';
import { ratio } from '#shared/engine/num/units';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { ShellStory } from '#test/support/shell-story';
import { postgresRigOn } from '#test/support/store-rig';
import { positionDetail } from './queries/position-detail.query.ts';
import { signalChain } from './queries/signal-chain.query.ts';
import { orderShape } from './queries/views.ts';

describe('slippage as the interface shows it', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let pool: pg.Pool;
  let story: ShellStory;
  let detail: PositionDetail;
  let exit: string;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 4 });
    const rig = postgresRigOn(database.url);
    story = await ShellStory.on(rig);
    story.settings.slippage = { maxPercent: ratio('1'), action: 'reject' };
    await story.alert();
    await story.round();
    const entry = await story.order('entry', 0);
    story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
    await story.round();
    story.exchange.priceMarket = '98.9';
    exit = await story.alert({ kind: 'exit' });
    await story.rest();
    detail = (await positionDetail(pool, story.userId, (await story.group()).id))!;
    await rig.close();
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  it('a market order has what was expected and what it slipped, a limit order neither', () => {
    const shown = (role: string): unknown[] => detail.orders.filter((order) => order.role === role).map(({ priceExpected, priceFillAverage, slippagePercent }) => [priceExpected, priceFillAverage, slippagePercent]);
    expect(shown('close')).to.deep.equal([['100', '98.9', '1.1']]);
    expect(shown('entry')[0]).to.deep.equal([null, '100', null]);
    for (const order of detail.orders) expect(orderShape.validate(order).error).to.equal(undefined);
  });

  it('the journal tells the figures, and once that they were too much', () => {
    const { clientOrderId } = detail.orders.find(({ role }) => role === 'close')!;
    const figures = { clientOrderId, role: 'close', pyramid: null, leg: null, expected: '100', actual: '98.9', percent: '1.1', limit: '1' };
    const lines = detail.journal.filter(({ code }) => code.startsWith('slippage')).map(({ code, params }) => [code, params]);
    expect(lines).to.deep.equal([
      ['slippage', figures],
      ['slippage_exceeded', figures],
    ]);
    expect(detail.journal.filter(({ code, text }) => code === 'note' && text.includes('slip'))).to.deep.equal([]);
  });

  it('the exit signal carries the reason and its words', async () => {
    const chain = await signalChain(pool, story.userId, exit);
    expect(chain).to.deep.include({ status: 'accepted', outcome: 'closing', reason: 'slippage_exceeded' });
    expect(chain?.detail).to.equal('the close of BTC/USDT:USDT slipped 1.1 %, more than the 1 % allowed: expected 100, filled at 98.9 on average');
  });
});
