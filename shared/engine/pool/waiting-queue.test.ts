import { expect } from 'chai';
import { gridPlan, instrument, signal } from '#test/support/engine-story';
import { PoolStory, unified } from '#test/support/pool-story';
import type { Signal } from '#shared/engine/messages/signals';
import { money, price, ratio } from '#shared/engine/num/units';
import type { PoolSettings } from './pool-settings.ts';
import { priceHindrance } from './price-band.ts';
import { lineUp } from './standings.ts';

const minute = 60_000;
/** One slot, taken by BTC. */
const full = (settings: Partial<PoolSettings> = {}): PoolStory => new PoolStory({ groupsMax: 1, ...settings }).signal('BTC');
const at = (clock: string): number => Date.parse(`2026-03-02T${clock}:00Z`);
const stays = (what: string, why: string): string => `Entry 1-1 (SOL/USDT:USDT 15m long) was to be ${what} and stays: ${why}`;

describe('E-22 replacement in the queue', () => {
  const story = full();
  const rows: [clock: string, changes: Partial<Signal>, result: string, entry: string, count: number, queuedAt: string][] = [
    ['10:00', { timeframe: '15m', priceSignal: price('3000') }, 'queued 2 pool_full', '3000', 0, '10:00'],
    ['10:15', { timeframe: '15m', priceSignal: price('2980') }, 'replaced_in_queue 2', '2980', 1, '10:00'],
    ['10:30', { timeframe: '15m', priceSignal: price('2950') }, 'replaced_in_queue 3', '2950', 2, '10:00'],
    ['10:31', { timeframe: '1h', priceSignal: price('2950') }, 'queued 5 pool_full', '2950', 0, '10:31'],
  ];
  for (const [clock, changes, result, entry, count, queuedAt] of rows) {
    it(`${clock}: ETH ${changes.timeframe} long @ ${changes.priceSignal}: ${result}, entry ${entry}, ${count} replacements, queued at ${queuedAt}`, () => {
      story.now = at(clock);
      story.signal('ETH', changes);
      const row = story.pool.waiting.find((each) => each.signal.timeframe === changes.timeframe);
      expect([story.done[0], row?.signal.priceSignal, row?.replacementCount, row?.queuedAt]).to.deep.equal([result, entry, count, at(queuedAt)]);
    });
  }
  it('with the price at 2900 the 15m row stands at -1.6949 %, of its new entry', () => {
    story.price('ETH', '2900');
    const line = lineUp(story.pool, story.pool.waiting, story.facts());
    expect(line.find(({ entry }) => entry.signal.timeframe === '15m')?.lossPercent).to.match(/^-1\.6949/);
  });
  it('10:32: an exit of ETH 15m deletes its row and keeps the 1h row', () => {
    story.now = at('10:32');
    expect(story.exit('ETH', { timeframe: '15m' }).pool.waiting.map((each) => each.signal.timeframe)).to.deep.equal(['1h']);
  });
  it('on promotion the grid is built from 2950', () => {
    story.closed('BTC');
    expect(story.commands.find((command) => command.type === 'open-group')?.event.start.entryPrice).to.equal('2950');
  });
});

describe('waiting_rule.drop_on_exit', () => {
  it('on: the exit drops the entry', () => expect(full().signal('SOL').exit('SOL').waiting).to.deep.equal([]));
  it('off: the entry survives, and the exit says so', () => {
    const story = full({ dropOnExit: false }).signal('SOL').exit('SOL');
    expect([story.done, story.waiting]).to.deep.equal([['refused 3 nothing_to_close'], ['SOL long pool_full']]);
    expect(story.settled('3')?.detail).to.equal('no open group for SOL/USDT:USDT 15m long, and waiting_rule.drop_on_exit is off: the queued entry stays');
  });
  it('off: a group is closed all the same, and the pyramid that waits opens a group of its own', () => {
    const story = full({ dropOnExit: false });
    story.without.set(unified('BTC'), 'unavailable');
    story.signal('BTC').exit('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['close-requested 101'], ['BTC long missing_precision']]);
    story.without.clear();
    expect(story.closed('BTC').done).to.deep.equal(['open BTC long as 102']);
  });
  it('a reversal drops the entry of the side it ends, or leaves it', () => {
    const reversed = (dropOnExit: boolean): string[] => full({ dropOnExit }).signal('SOL').signal('SOL', { kind: 'reverse', side: 'short' }).waiting;
    expect([reversed(true), reversed(false)]).to.deep.equal([['SOL short pool_full'], ['SOL long pool_full', 'SOL short pool_full']]);
  });
});

describe('waiting_rule.expires_after_minutes', () => {
  it('0: it waits for ever', () => expect(full().signal('SOL').wait(1_000_000 * minute).waiting).to.deep.equal(['SOL long pool_full']));
  it('15: the pool asks to be woken when it will have waited so long, and drops it then without any signal', () => {
    const story = full({ queueLifeMs: 15 * minute }).signal('SOL');
    expect(story.done).to.deep.equal(['queued 2 pool_full', `wake at ${2_000 + 15 * minute}`]);
    expect(story.wait(14 * minute).waiting).to.have.length(1);
    story.now = 2_000 + 15 * minute;
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['expired 2']);
    expect([story.waiting, story.settled('2')]).to.deep.equal([[], { type: 'settle-signal', signalId: '2', status: 'done', outcome: 'expired', reason: null, detail: 'it waited 15 min, the limit of waiting_rule.expires_after_minutes', groupId: null }]);
  });
  it('one that expires does not take the slot that becomes free', () => {
    const story = full({ queueLifeMs: 15 * minute }).signal('SOL');
    story.now += 10 * minute;
    story.signal('ADA');
    story.now += 6 * minute;
    expect(story.closed('BTC').done).to.deep.equal(['expired 2', 'open ADA long as 102']);
  });
  it('a replacement is news: it waits from then on, though it keeps its place', () => {
    const story = full({ queueLifeMs: 15 * minute }).signal('SOL');
    story.now += 10 * minute;
    story.signal('SOL').wait(10 * minute);
    expect(story.waiting).to.deep.equal(['SOL long pool_full']);
    expect(story.wait(5 * minute).waiting).to.deep.equal([]);
  });
  it('one wake is asked for, not one with every signal', () => {
    const story = full({ queueLifeMs: 15 * minute }).signal('SOL').signal('ADA').signal('XRP');
    expect(story.done).to.deep.equal(['queued 4 pool_full']);
    expect(story.hear({ type: 'timer' }).commands).to.deep.equal([]);
  });
  it('a wake that comes a little early, by a clock ahead of ours, is asked for again', () => {
    const story = full({ queueLifeMs: 15 * minute }).signal('SOL');
    story.now = 2_000 + 15 * minute - 40;
    expect(story.hear({ type: 'timer' }).done).to.deep.equal([`wake at ${2_000 + 15 * minute}`]);
  });
  it('expiry goes on during a halt', () => {
    const story = full({ queueLifeMs: minute }).signal('SOL');
    story.halted = true;
    expect(story.wait(minute).done).to.deep.equal(['expired 2']);
  });
});

describe('waiting_rule.price_band_percent', () => {
  const away = (last: string, settings: Partial<PoolSettings> = {}): PoolStory => full(settings).signal('SOL').price('SOL', last);
  it('0: goes at any distance', () => expect(away('50').closed('BTC').done).to.deep.equal(['open SOL long as 102']));
  it('5: 20 % away it stays with the reason, and the pool looks again in half a minute', () => {
    const story = away('80', { priceBandPercent: ratio('5') }).closed('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['queued 2 price_band', 'wake at 33000'], ['SOL long price_band']]);
    expect(story.settled('2')?.detail).to.equal('the price 80 is 20 % from the entry price 100, the band is 5 %');
    expect(story.wait(30_000).done, 'and again').to.deep.equal([`wake at ${story.now - 1_000 + 30_000}`]);
    story.price('SOL', '95');
    expect(story.wait(30_000).done, 'at the edge it goes').to.deep.equal(['open SOL long as 102']);
  });
  it('5: nobody else is held up by it', () => expect(away('80', { priceBandPercent: ratio('5') }).signal('ADA').price('ADA', '104').closed('BTC').done).to.include('open ADA long as 102'));
  it('5: it does not overtake the limit when the price comes back', () => {
    const story = away('80', { priceBandPercent: ratio('5') }).closed('BTC').signal('ADA').price('SOL', '100');
    expect(story.waiting, 'ADA has taken the slot').to.deep.equal(['SOL long pool_full']);
    expect(story.wait(30_000).done).to.deep.equal([]);
  });
  it('a fresh signal with a free slot is not asked', () => expect(new PoolStory({ priceBandPercent: ratio('5') }).price('SOL', '80').signal('SOL').done).to.deep.equal(['open SOL long as 101']));
  it('neither promoting nor forcing lifts it', () => {
    const story = away('80', { priceBandPercent: ratio('5') }).closed('BTC');
    for (const what of ['promote', 'force'] as const) expect(story[what]('SOL').done).to.include(stays(`${what}d`, 'the price 80 is 20 % from the entry price 100, the band is 5 %'));
    expect(story.waiting).to.deep.equal(['SOL long price_band']);
  });
  it('without a last price the distance is not known: it waits for one', () => expect(full({ priceBandPercent: ratio('5') }).signal('SOL').closed('BTC').waiting).to.deep.equal(['SOL long no_price']));
});

describe('the price band of the venue (contract, Promotion)', () => {
  const band = { up: ratio('1.05'), down: ratio('0.95') };
  type Case = [title: string, market: 'spot' | 'usdm', side: 'long' | 'short', last: string, orderType: 'limit' | 'market', beyond: string | null];
  const cases: Case[] = [
    ['a long at 100 with the price at 95: 99.75 at most', 'usdm', 'long', '95', 'limit', 'at most 99.75'],
    ['a long at 100 with the price at 95.24: it is within', 'usdm', 'long', '95.24', 'limit', null],
    ['a long far below the price rests on USD-M', 'usdm', 'long', '200', 'limit', null],
    ['a short at 100 with the price at 106: 100.7 at least', 'usdm', 'short', '106', 'limit', 'at least 100.7'],
    ['a short far above the price rests on USD-M', 'usdm', 'short', '50', 'limit', null],
    ['spot takes no bid far below either', 'spot', 'long', '200', 'limit', 'at least 190'],
    ['a market entry has no limit price', 'usdm', 'long', '50', 'market', null],
  ];
  for (const [title, market, side, last, orderType, beyond] of cases) {
    it(title, () => {
      const story = new PoolStory({ entryPlan: gridPlan({ orderType }) });
      const entry = signal({ market, side, symbol: unified('SOL', market) });
      const symbols = { [`1 ${entry.symbol}`]: { instrument: instrument({ priceBand: band }), priceLast: price(last) } };
      const found = priceHindrance(entry, { ...story.facts(), symbols });
      expect(found).to.deep.equal(beyond === null ? null : { reason: 'price_band', detail: `the limit price 100 is beyond what binance takes at a price of ${last}: ${beyond}` });
    });
  }
  it('it is not sent, stays with that reason, and goes when it can be', () => {
    const story = full().signal('SOL').price('SOL', '90');
    story.rules = { priceBand: band };
    expect(story.closed('BTC').waiting).to.deep.equal(['SOL long price_band']);
    expect(story.price('SOL', '97').wait(30_000).done).to.deep.equal(['open SOL long as 102']);
  });
});

describe('intake.confirm_entries (R-720, A-52)', () => {
  const asking = (settings: Partial<PoolSettings> = {}): PoolStory => new PoolStory({ groupsMax: 1, confirmEntries: true, confirmationLifeMs: 300_000, ...settings }).signal('SOL');
  it('off: an entry goes at once', () => expect(new PoolStory().signal('SOL').done).to.deep.equal(['open SOL long as 101']));
  it('on: it waits although a slot is free, whatever happens around it', () => {
    const story = asking();
    expect(story.done).to.deep.equal(['queued 1 awaiting_confirmation', 'wake at 301000']);
    expect(story.hear({ type: 'timer' }).waiting).to.deep.equal(['SOL long awaiting_confirmation']);
  });
  it('promoting is confirming', () => expect(asking().promote('SOL').done).to.deep.equal(['open SOL long as 101']));
  it('forcing is, too', () => expect(asking({ groupsMax: 0 }).force('SOL').done).to.deep.equal(['open SOL long as 101']));
  it('with the pool full it is confirmed, waits for a slot, and goes by itself', () => {
    const story = asking().promote('SOL').signal('ADA').promote('ADA');
    expect(story.waiting).to.deep.equal(['ADA long pool_full']);
    expect([story.closed('SOL').done, story.waiting]).to.deep.equal([['open ADA long as 102'], []]);
  });
  it('unconfirmed for 300 s it expires', () => {
    const story = asking();
    story.now = 301_000;
    expect([story.hear({ type: 'timer' }).done, story.settled('1')?.detail]).to.deep.equal([['expired 1'], 'nobody confirmed it within 5 min']);
  });
  it('confirmed and waiting for a slot it does not', () => {
    const story = asking().promote('SOL').signal('ADA').promote('ADA');
    expect(story.wait(400_000).waiting).to.deep.equal(['ADA long pool_full']);
  });
  it('a replacement must be confirmed anew', () => {
    const story = asking().promote('SOL').signal('ADA').promote('ADA').signal('ADA', { priceSignal: price('120') });
    expect(story.closed('SOL').waiting).to.deep.equal(['ADA long awaiting_confirmation']);
  });
  it('pyramids are asked for as well, exits never', () => {
    const story = asking().promote('SOL').signal('SOL');
    expect(story.waiting).to.deep.equal(['SOL long awaiting_confirmation']);
    expect(story.exit('SOL').done).to.deep.equal(['dropped_from_queue 2', 'close-requested 101']);
  });
  it('a pyramid that a closing group sends back was confirmed already', () => {
    const story = asking().promote('SOL').signal('SOL').promote('SOL');
    story.hear({ type: 'entry-bounced', signal: signal({ signalId: '2', symbol: unified('SOL') }), groupId: '101', reason: 'group_closing' });
    expect(story.closed('SOL').done).to.deep.equal(['open SOL long as 102']);
  });
  it('switched on, it concerns new entries; switched off, nobody waits for it any more', () => {
    const before = full().signal('SOL');
    before.settings.confirmEntries = true;
    expect(before.closed('BTC').done).to.deep.equal(['open SOL long as 102']);
    const after = asking();
    after.settings.confirmEntries = false;
    expect(after.hear({ type: 'timer' }).done).to.deep.equal(['open SOL long as 101']);
  });
  it('one that can never go is refused before anybody is asked', () => expect(new PoolStory({ confirmEntries: true, sizing: { ...new PoolStory().settings.sizing, fixedQuote: money('0') } }).signal('SOL', { size: null }).done).to.deep.equal(['refused 1 no_size']));
});

describe('what is checked again when an entry has its turn', () => {
  const waits = (settings: Partial<PoolSettings> = {}): PoolStory => full(settings).signal('SOL').signal('ADA');
  it('no longer listed: refused, and the next one goes', () => {
    const story = waits();
    story.without.set(unified('SOL'), 'unlisted');
    expect([story.closed('BTC').done, story.waiting]).to.deep.equal([['refused 2 precision_unavailable', 'open ADA long as 102'], []]);
  });
  it('too old by now (intake.signal_max_age_seconds): refused when it is, without any signal', () => {
    const story = full({ signalLifeMs: minute }).signal('SOL', { alertAt: 2_000 });
    expect(story.done).to.deep.equal(['queued 2 pool_full', `wake at ${2_001 + minute}`]);
    story.now = 2_001 + minute;
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['refused 2 stale_signal']);
  });
  it('the ladder no longer fits the rules: refused, and the next one goes', () => {
    const story = waits();
    story.rules = { notionalMin: money('500') };
    story.pool = { ...story.pool, waiting: story.pool.waiting.map((each, index) => (index === 0 ? each : { ...each, signal: { ...each.signal, size: { type: 'quote', amount: '100000' as never } } })) };
    expect(story.closed('BTC').done).to.deep.equal(['refused 2 every_leg_blocked', 'open ADA long as 102']);
  });
  it('the account is switched off: it stays, and goes within half a minute of being switched on', () => {
    const story = full().signal('SOL');
    story.accountsOff = { '1': { why: 'is switched off', forGood: false } };
    expect(story.closed('BTC').waiting).to.deep.equal(['SOL long account_disabled']);
    expect(story.promote('SOL').done).to.deep.equal([stays('promoted', 'the account is switched off')]);
    story.accountsOff = {};
    expect(story.wait(30_000).done).to.deep.equal(['open SOL long as 102']);
  });
  it('the account is deleted: refused', () => {
    const story = full().signal('SOL');
    story.accountsOff = { '1': { why: 'is deleted', forGood: true } };
    expect([story.closed('BTC').done, story.settled('2')?.detail]).to.deep.equal([['refused 2 account_disabled'], 'the account is deleted']);
  });
  it('a fresh entry on an account that is switched off is refused', () => {
    const story = new PoolStory();
    story.accountsOff = { '1': { why: 'is switched off', forGood: false } };
    expect(story.signal('SOL').done).to.deep.equal(['refused 1 account_disabled']);
  });
  describe('the account is in safe mode, or stopped by the STOP file or the kill switch', () => {
    const safe = { '1': { why: 'is in safe mode: the venue refuses the key', forGood: false, refusal: 'safe_mode' as const } };
    it('a fresh entry is refused and says why (R-535)', () => {
      const story = new PoolStory();
      story.accountsOff = safe;
      expect([story.signal('SOL').done, story.settled('1')?.detail]).to.deep.equal([['refused 1 safe_mode'], 'the account is in safe mode: the venue refuses the key']);
    });
    it('one more pyramid as well, and one that something else stands in the way of', () => {
      const story = new PoolStory({ groupsMax: 1 }).signal('SOL');
      story.accountsOff = safe;
      expect([story.signal('SOL').done, story.signal('BTC').done, story.signal('SOL', { side: 'short' }).done]).to.deep.equal([['refused 2 safe_mode'], ['refused 3 safe_mode'], ['refused 4 safe_mode']]);
    });
    it('an exit is worked', () => {
      const story = new PoolStory().signal('SOL');
      story.accountsOff = safe;
      expect(story.exit('SOL').done).to.deep.equal(['close-requested 101']);
    });
    it('who waits already stays, not even forced, and goes within half a minute of re-arming', () => {
      const story = full().signal('SOL');
      story.accountsOff = safe;
      expect(story.closed('BTC').waiting).to.deep.equal(['SOL long halted']);
      expect(story.force('SOL').done).to.deep.equal([stays('forced', 'the account is in safe mode: the venue refuses the key')]);
      story.accountsOff = {};
      expect(story.wait(30_000).done).to.deep.equal(['open SOL long as 102']);
    });
    it('entries of other accounts go', () => {
      const story = new PoolStory();
      story.accountsOff = { '2': safe['1'] };
      expect(story.signal('SOL').done[0]).to.match(/^open SOL/);
    });
  });
  it('no price yet: it stays, and goes when there is one', () => {
    const story = full().signal('SOL', { priceSignal: null }).closed('BTC');
    expect(story.waiting).to.deep.equal(['SOL long no_price']);
    expect(story.price('SOL', '101').wait(30_000).done).to.deep.equal(['open SOL long as 102']);
  });
  it('a fresh entry whose size needs a balance that the venue does not tell waits as well: a short outage costs no signal', () => {
    const story = new PoolStory({ sizing: { ...new PoolStory().settings.sizing, mode: 'equity_percent', equityPercent: ratio('10') } }).signal('SOL');
    expect([story.done, story.waiting]).to.deep.equal([['queued 1 no_balance', 'wake at 31000'], ['SOL long no_balance']]);
  });

  it('a balance that is not known: it stays, and goes when it is', () => {
    const sizing = { ...new PoolStory().settings.sizing, mode: 'equity_percent' as const, equityPercent: ratio('10') };
    const story = new PoolStory({ groupsMax: 1 }).signal('BTC');
    Object.assign(story.settings, { sizing });
    expect(story.signal('SOL').closed('BTC').waiting).to.deep.equal(['SOL long no_balance']);
    story.accounts = { '1': { at: story.now + 60_000, assets: { USDT: { free: money('5000'), total: money('5000') } }, leverage: {} } };
    expect(story.wait(30_000).done).to.deep.equal(['open SOL long as 102']);
  });
  it('a halt: nobody goes, not even forced; at its end they go', () => {
    const story = full().signal('SOL');
    story.halted = true;
    expect(story.closed('BTC').done).to.deep.equal([]);
    expect(story.force('SOL').done).to.deep.equal([stays('forced', 'new positions are halted')]);
    story.halted = false;
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['open SOL long as 102']);
  });
  it('why it waits is told anew when it changes', () => {
    const story = new PoolStory({ groupsMax: 2 }).signal('BTC').signal('BTC', { side: 'short' }).signal('ETH');
    story.settings.groupsMax = 1;
    expect(story.closed('BTC').done).to.deep.equal(['queued 2 pool_full']);
    expect(story.closed('ETH').done).to.deep.equal(['open BTC short as 103']);
  });
});

describe('promoting one of several (R-237)', () => {
  it('with a slot free the chosen one goes, before those that rank higher', () => {
    const story = full().signal('SOL').signal('ADA');
    story.halted = true;
    story.closed('BTC');
    story.halted = false;
    expect([story.promote('ADA').done, story.waiting]).to.deep.equal([['open ADA long as 102'], ['SOL long pool_full']]);
  });
  it('forcing lifts the limit for that moment only', () => {
    const story = full().signal('BTC', { side: 'short' });
    story.force('BTC').settings.groupsMax = 0;
    expect(story.closed('BTC').waiting).to.deep.equal(['BTC short pool_full']);
  });
  it('more than one decision can open are opened by the next, which is asked for at once', () => {
    const story = new PoolStory({ groupsMax: 1 }).signal('BTC').signal('SOL').signal('ADA').signal('XRP');
    story.idsAtOnce = 2;
    story.settings.groupsMax = 9;
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['open SOL long as 102', 'open ADA long as 103', `wake at ${story.now - 1_000}`]);
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['open XRP long as 104']);
  });
});

describe('an account that is switched on again', () => {
  it('a newer entry takes the place of the one that waited, and goes', () => {
    const story = full().signal('SOL');
    story.accountsOff = { '1': { why: 'is switched off', forGood: false } };
    expect(story.closed('BTC').waiting).to.deep.equal(['SOL long account_disabled']);
    story.accountsOff = {};
    expect(story.signal('SOL').done).to.deep.equal(['replaced_in_queue 2', 'queued 3 account_disabled', 'open SOL long as 102']);
  });
});

describe('an exit that is decided before the entry that came before it (R-104, R-253)', () => {
  /** Both are stored, the entry waits for a balance, the exit does not. */
  const exitFirst = (settings: Partial<PoolSettings> = {}, changes: Partial<Signal> = {}): PoolStory => new PoolStory({ groupsMax: 1, ...settings }).exit('BTC', { signalId: '12', receivedAt: 900, ...changes });
  const entry: Partial<Signal> = { signalId: '11', receivedAt: 800 };

  it('the entry is dropped: nobody would close what it opens', () => {
    const story = exitFirst();
    expect(story.done).to.deep.equal(['refused 12 nothing_to_close']);
    expect([story.signal('BTC', entry).done, story.pool.open]).to.deep.equal([['dropped_from_queue 11'], []]);
    expect(story.settled('11')?.detail).to.equal('dropped by the exit of signal 12, which came after it and was decided first');
  });
  it('by a reversal as well, which opens the other side', () => {
    const story = exitFirst({}, { kind: 'reverse', side: 'short' });
    expect([story.done, story.signal('BTC', entry).done]).to.deep.equal([['open BTC short as 101'], ['dropped_from_queue 11']]);
  });
  it('a pyramid is not added to the group that closes, and not opened when its group sends it back', () => {
    const story = new PoolStory({ groupsMax: 1 }).signal('BTC').exit('BTC', { signalId: '12', receivedAt: 900 });
    expect(story.signal('BTC', entry).done).to.deep.equal(['dropped_from_queue 11']);
    expect(story.hear({ type: 'entry-bounced', signal: signal(entry), groupId: '101', reason: 'group_closing' }).done).to.deep.equal(['dropped_from_queue 11']);
  });
  it('with drop_on_exit off one that has to wait waits, and one that would open is dropped', () => {
    expect(exitFirst({ dropOnExit: false }).signal('BTC', entry).done).to.deep.equal(['dropped_from_queue 11']);
    const story = exitFirst({ dropOnExit: false, groupsMax: 1 }).signal('SOL', { signalId: '13', receivedAt: 950 });
    expect(story.signal('BTC', entry).done).to.deep.equal(['queued 11 pool_full']);
  });
  const others: [string, Partial<Signal>][] = [
    ['one that came later', { signalId: '13', receivedAt: 901 }],
    ['one of the same moment', { signalId: '11', receivedAt: 900 }],
    ['one that another clock puts earlier, but that was stored later', { signalId: '13', receivedAt: 890 }],
    ['another timeframe', { ...entry, timeframe: '1h' }],
    ['the other side', { ...entry, side: 'short' }],
  ];
  for (const [title, changes] of others) it(`${title} is opened`, () => expect(exitFirst().signal('BTC', changes).done).to.deep.equal([`open BTC ${changes.side ?? 'long'} as 101`]));
  it('is forgotten after two minutes, when the next exit comes', () => {
    const story = exitFirst();
    story.now += 120_000;
    story.exit('SOL', { signalId: '14', receivedAt: story.now });
    expect(story.pool.exits?.map(({ signalId }) => signalId)).to.deep.equal(['14']);
  });
});
