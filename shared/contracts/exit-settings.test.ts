import { expect } from 'chai';
import { GroupStory, instrument } from '#test/support/engine-story';
import { PoolStory } from '#test/support/pool-story';
import { aggregateTrigger } from '#shared/engine/exit/aggregate';
import type { GroupEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { price, type Price } from '#shared/engine/num/units';
import { legKey } from '#shared/engine/position/exposure';
import { legsOf } from '#shared/engine/position/position-group';
import { checkSettings } from './settings-document.ts';
import { poolSettingsOf } from './settings-plans.ts';
import type { Settings } from './settings.ts';

type Grid = Partial<Record<keyof Settings['grid_strategy'], unknown>>;

const poolUnder = (grid: Grid): PoolStory => {
  const { settings, faults } = checkSettings({ grid_strategy: grid });
  if (settings === null) throw new Error(JSON.stringify(faults));
  return new PoolStory({ ...poolSettingsOf(settings), groupsMax: 9 });
};

/** The group that a pool under this configuration opens for a signal; its first two legs are filled. */
function heldUnder(grid: Grid, changes: Partial<Signal> = {}): GroupStory {
  const pool = poolUnder(grid).signal('BTC', changes);
  const [opened] = pool.commands.flatMap((command) => (command.type === 'open-group' ? [command.event] : []));
  if (opened === undefined) throw new Error(`nothing was opened: ${pool.done.join()}`);
  const story = new GroupStory({ instrument: instrument() }).hear(opened satisfies GroupEvent).acceptAll();
  for (const leg of [0, 1]) story.fill(story.order('entry', 0, leg)).acceptAll();
  return story;
}
const resting = (story: GroupStory): (string | null)[] => story.working('take-profit').map((order) => order.price);
const trigger = (story: GroupStory): string | null => aggregateTrigger(story.state, story.facts.instrument);

// 2.000 at 100 and 2.010 at 99.50: average 99.7493765586...
describe('what each exit setting changes', () => {
  it('grid_strategy.tp_mode: own targets, one target, or both (R-083, R-088)', () => {
    const shown = (['per_leg', 'aggregate', 'hybrid', 'pyramid_aggregate'] as const).map((mode) => {
      const story = heldUnder({ tp_mode: mode });
      return [mode, resting(story).length, trigger(story)];
    });
    expect(shown).to.deep.equal([['per_leg', 2, null], ['aggregate', 0, '100.74'], ['hybrid', 2, '100.74'], ['pyramid_aggregate', 0, '100.74']]);
  });

  it('grid_strategy.tp_percent: the common target, and that of a level without one (R-089, A-92)', () => {
    expect([trigger(heldUnder({ tp_mode: 'aggregate' })), trigger(heldUnder({ tp_mode: 'aggregate', tp_percent: 2 }))]).to.deep.equal(['100.74', '101.74']);
    const levels = [{ gap_percent: 0, weight_percent: 50 }, { gap_percent: -0.5, weight_percent: 50, tp_percent: 3 }];
    expect([resting(heldUnder({ levels })), resting(heldUnder({ levels, tp_percent: 2 }))]).to.deep.equal([['101', '102.48'], ['102', '102.48']]);
  });

  it('grid_strategy.pyramid_tp_percents: the part of a pyramid in the combined target (A-10)', () => {
    expect([trigger(heldUnder({ tp_mode: 'pyramid_aggregate' })), trigger(heldUnder({ tp_mode: 'pyramid_aggregate', pyramid_tp_percents: { '0': 2 } }))]).to.deep.equal(['100.74', '101.74']);
    expect(trigger(heldUnder({ tp_mode: 'aggregate', pyramid_tp_percents: { '0': 2 } })), 'only in its mode').to.equal('100.74');
  });

  it('grid_strategy.tp_overrides: an override for BTCUSDT is used only there (R-090)', () => {
    const grid = { tp_overrides: [{ symbol: 'BTCUSDT', tp_mode: 'aggregate', tp_percent: 2 }] };
    expect([trigger(heldUnder(grid)), resting(heldUnder(grid))]).to.deep.equal(['101.74', []]);
    const other = heldUnder(grid, { symbol: 'ETH/USDT:USDT' });
    expect([trigger(other), resting(other)]).to.deep.equal([null, ['101', '99.99']]);
  });
  it('grid_strategy.tp_overrides: by timeframe, however it is written, and by strategy (R-090)', () => {
    const grid = { tp_overrides: [{ timeframe: '60', strategy: 'trend', tp_percent: 2 }] };
    expect(resting(heldUnder(grid, { timeframe: '1h', alertName: 'Trend' }))).to.deep.equal(['102', '101.49']);
    expect(resting(heldUnder(grid, { timeframe: '1h' }))).to.deep.equal(['101', '99.99']);
    expect(resting(heldUnder(grid, { alertName: 'Trend' }))).to.deep.equal(['101', '99.99']);
  });
  it('grid_strategy.tp_overrides: for one pyramid (R-090)', () => {
    const targets = (grid: Grid): string[] => {
      const story = heldUnder(grid).pyramid('103');
      return legsOf(story.state).filter(({ leg }) => leg.index === 0).map(({ pyramid, leg }) => `${legKey(pyramid.index, leg.index)} ${leg.tpPercent}`);
    };
    expect(targets({})).to.deep.equal(['0:0 1', '1:0 1']);
    expect(targets({ tp_overrides: [{ pyramid: 1, tp_percent: 4 }] })).to.deep.equal(['0:0 1', '1:0 4']);
  });

  it('grid_strategy.close_when_flat: a group that has sold all it bought ends, or waits for its lower entries (A-24)', () => {
    const flat = (closeWhenFlat: boolean): GroupStory => {
      const story = heldUnder({ close_when_flat: closeWhenFlat });
      for (const leg of [0, 1]) story.fill(story.order('take-profit', 0, leg));
      return story;
    };
    expect([flat(true).confirmCancels().state.status, flat(true).commanded('cancel-order').length]).to.deep.equal(['closed', 3]);
    const waiting = flat(false);
    expect([waiting.state.status, waiting.commanded('cancel-order').length, waiting.working('entry').length]).to.deep.equal(['partially_filled', 0, 3]);
    const lower = waiting.fill(waiting.order('entry', 0, 2)).acceptAll();
    expect(resting(lower), 'and goes on trading when one fills').to.deep.equal(['100.98']);
  });

  describe('grid_strategy.use_signal_stop_loss (A-38)', () => {
    const stop = { stopLoss: price('95') };
    it('off, a stop is stored with the signal and nothing comes of it', () => {
      const story = heldUnder({}, stop).trade('90');
      expect([story.state.stop, story.state.windDown]).to.deep.equal([null, null]);
    });
    it('on, the position closes there', () => {
      const story = heldUnder({ use_signal_stop_loss: true }, stop).trade('95.01');
      expect([story.state.stop?.price, story.state.windDown]).to.deep.equal(['95', null]);
      expect(story.trade('95').state.windDown?.reason).to.equal('stop_loss');
    });
    const wrong: [what: string, side: 'long' | 'short', stopLoss: string, detail: string][] = [
      ['at the entry price of a long', 'long', '100', 'the stop 100 is not below the entry price 100 of a long'],
      ['above the entry price of a long', 'long', '101', 'the stop 101 is not below the entry price 100 of a long'],
      ['below the entry price of a short', 'short', '99', 'the stop 99 is not above the entry price 100 of a short'],
      ['that rounds down to the entry price of a short', 'short', '100.009', 'the stop 100 is not above the entry price 100 of a short'],
      ['below one tick', 'long', '0.001', 'the stop 0.001 is below one tick of 0.01'],
    ];
    for (const [what, side, stopLoss, detail] of wrong)
      it(`on, a stop ${what} is refused; off, it is nobody's business`, () => {
        const changes = { side, stopLoss: stopLoss as Price };
        expect(poolUnder({ use_signal_stop_loss: true }).signal('BTC', changes).settled('1')).to.deep.include({ status: 'refused', reason: 'stop_on_wrong_side', detail });
        expect(poolUnder({}).signal('BTC', changes).done).to.deep.equal([`open BTC ${side} as 101`]);
      });
  });
});

describe('reverse, told to a pool and its groups', () => {
  it('from long to short and back: one side at a time, each closed with its reason', () => {
    const pool = poolUnder({});
    const open = (): GroupStory => {
      const [event] = pool.commands.flatMap((command) => (command.type === 'open-group' ? [command.event] : []));
      const story = new GroupStory().hear(event!).acceptAll();
      return story.fill(story.order('entry', 0, 0)).acceptAll();
    };
    const closed = (story: GroupStory): GroupStory => {
      const [told] = pool.commands.flatMap((command) => (command.type === 'tell-group' ? [command.event] : []));
      story.hear(told!).confirmCancels().acceptAll();
      return story.fill(story.order('close'), { price: '100' });
    };
    const long = (pool.signal('BTC'), open());
    expect(pool.signal('BTC', { kind: 'reverse', side: 'short' }).waiting).to.deep.equal(['BTC short opposite_side']);
    expect([closed(long).state.status, long.state.closeReason]).to.deep.equal(['closed', 'reverse']);
    const short = (pool.closed('BTC', 'long'), open());
    expect([short.state.side, short.order('entry', 0, 0).side, short.order('take-profit', 0, 0).side]).to.deep.equal(['short', 'sell', 'buy']);
    pool.signal('BTC', { kind: 'reverse', side: 'long' });
    expect([closed(short).state.closeReason, pool.closed('BTC', 'short').done]).to.deep.equal(['reverse', ['open BTC long as 103']]);
  });
  it('an entry that waits on the side that is left is dropped, or the reversal would end where it began', () => {
    const pool = poolUnder({}).signal('BTC');
    pool.without.set('BTC/USDT:USDT', 'unavailable');
    pool.signal('BTC').signal('BTC', { kind: 'reverse', side: 'short' });
    expect(pool.done).to.deep.equal(['dropped_from_queue 2', 'queued 3 missing_precision', 'close-requested 101']);
    pool.without.clear();
    expect(pool.closed('BTC').done).to.deep.equal(['open BTC short as 102']);
  });
  it('with nothing open it is an entry, on spot a short is refused', () => {
    expect(poolUnder({}).signal('BTC', { kind: 'reverse', side: 'long' }).done).to.deep.equal(['open BTC long as 101']);
    expect(poolUnder({}).signal('BTC', { kind: 'reverse', side: 'short', market: 'spot' }).done).to.deep.equal(['refused 1 short_not_supported']);
  });
});
