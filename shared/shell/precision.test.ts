import { expect } from 'chai';
import { instrument } from '#test/support/engine-story';
import { PrecisionStory, type PrecisionChanges } from '#test/support/precision-story';
import type { Signal } from '#shared/engine/messages/signals';
import { price, qty } from '#shared/engine/num/units';

const btc = instrument({ tickSize: price('0.10'), stepSize: qty('0.0001'), quantityMin: qty('0.0001') });
const other = instrument({ symbol: 'NEW/USDT:USDT', venueSymbol: 'NEWUSDT', base: 'NEW' });
const newSymbol = { symbol: other.symbol };

/** A story at a venue that lists BTC with the rules of the glossary. */
async function atVenue(changes: PrecisionChanges = {}): Promise<PrecisionStory> {
  const story = await PrecisionStory.bare(changes);
  story.venue.lists = [btc];
  await story.rules.seek('binance', 'usdm', null);
  story.shell.ahead += 1_000;
  return story;
}

describe('precision, from the signal to the venue', () => {
  describe('each setting of the precision group changes what is sent', () => {
    const rows: [string, PrecisionChanges, Partial<Signal>, string[]][] = [
      ['as shipped: tick and step, rounded down (R-143)', {}, {}, ['0.0115@43256.7', '0.0116@42824.2']],
      ['enforce_tick_size off: the price is sent unrounded (R-138)', { enforce_tick_size: false }, {}, ['0.0115@43256.78', '0.0116@42824.2122']],
      ['enforce_step_size off: the quantity is sent unrounded (R-139)', { enforce_step_size: false }, {}, ['0.011558903013868371@43256.7', '0.011675641342978969@42824.2']],
      ['enforce_min_notional on: an order below it stays', { enforce_min_notional: true }, { size: { type: 'quote', amount: qty('9') } }, []],
      ['enforce_min_notional off: it is sent (R-140)', { enforce_min_notional: false }, { size: { type: 'quote', amount: qty('9') } }, ['0.0001@43256.7', '0.0001@42824.2']],
      ['precision_mode force: the fallback rules (A-39)', {}, { precisionMode: 'force' }, ['0.011558@43256.78', '0.011675@42824.2122']],
      ['fallback tick_size', { fallback_rules: { tick_size: 0.5 } }, { precisionMode: 'force' }, ['0.011558@43256.5', '0.011675@42824']],
      ['fallback step_size', { fallback_rules: { step_size: 0.01 } }, { precisionMode: 'force' }, ['0.01@43256.78', '0.01@42824.2122']],
      ['fallback min_qty: one leg below it', { fallback_rules: { min_qty: 0.0116 } }, { precisionMode: 'force' }, ['0.011675@42824.2122']],
      ['fallback min_notional: both legs below it', { fallback_rules: { min_notional: 501 } }, { precisionMode: 'force' }, []],
      ['the fallback rules are not used while the venue gives its own', { fallback_rules: { tick_size: 0.5 }, block_on_missing_metadata: false }, {}, ['0.0115@43256.7', '0.0116@42824.2']],
    ];
    for (const [title, changes, signal, expected] of rows) {
      it(title, async () => {
        const story = await atVenue(changes);
        await story.signal(signal);
        expect(story.orders).to.deep.equal(expected);
      });
    }

    it('a signal that forces the fallback rules is told of with a warning, once; another is not', async () => {
      const story = await atVenue();
      await story.signal({ precisionMode: 'force' });
      expect(story.warnings()).to.have.length(1);
      expect(story.warnings()[0]).to.contain('fallback rules');
      const plain = await atVenue();
      await plain.signal();
      expect(plain.warnings()).to.deep.equal([]);
    });

    it('a pyramid goes by the mode of its own signal', async () => {
      const story = await atVenue();
      await story.signal();
      await story.signal({ precisionMode: 'force', tradeId: 'second' });
      expect(story.orders.slice(2)).to.deep.equal(['0.011558@43256.78', '0.011675@42824.2122']);
      expect(story.warnings()).to.have.length(1);
    });

    it('a group keeps the rules it was opened by when the configuration changes', async () => {
      const story = await atVenue({ enforce_tick_size: false });
      await story.signal();
      Object.assign(story.shell.settings, { precision: { ...story.shell.settings.precision, enforceTick: true } });
      await story.fillFirst('43256.78');
      expect(story.orders.at(-1)).to.equal('0.0115@43689.3478');
    });
  });

  describe('rules that are missing (A-08)', () => {
    it('fetched, and the symbol is not among them: refused after one fresh fetch (R-128)', async () => {
      const story = await atVenue();
      const fetched = story.venue.fetches;
      expect(await story.outcome(await story.signal(newSymbol))).to.equal('refused refused precision_unavailable');
      expect([story.venue.fetches - fetched, story.orders]).to.deep.equal([1, []]);
    });

    it('listed since: the signal makes it be fetched, and succeeds (R-132)', async () => {
      const story = await atVenue();
      story.venue.lists = [btc, other];
      expect(await story.outcome(await story.signal(newSymbol))).to.equal('accepted opened');
    });

    it('taken off the list: refused after the next fetch; a group that is open goes on by what was known', async () => {
      const story = await atVenue();
      await story.signal();
      story.venue.lists = [other];
      await story.rules.refresh('binance', 'usdm');
      expect(await story.outcome(await story.signal({ timeframe: '1h' }))).to.equal('refused refused precision_unavailable');
      await story.fillFirst('43256.7');
      expect(story.orders.at(-1)).to.equal('0.0115@43689.2');
    });

    it('the fetch fails: it waits with an alert, is not promoted before one succeeds, and goes then (R-137, R-235, R-252)', async () => {
      const story = await PrecisionStory.bare();
      Object.assign(story.venue, { down: true, lists: [btc] });
      const id = await story.signal();
      expect(await story.outcome(id)).to.equal('waiting queued missing_precision');
      expect(story.log.filter((line) => line.startsWith('alert precision'))).to.have.length(1);
      await story.look();
      expect([await story.outcome(id), story.orders]).to.deep.equal(['waiting queued missing_precision', []]);
      story.venue.down = false;
      await story.rules.recover();
      await story.look();
      expect([await story.outcome(id), story.orders]).to.deep.equal(['accepted opened', ['0.0115@43256.7', '0.0116@42824.2']]);
    });

    it('a strange symbol while the venue is away waits too: nobody knows whether it is listed', async () => {
      const story = await atVenue();
      story.venue.down = true;
      expect(await story.outcome(await story.signal(newSymbol))).to.equal('waiting queued missing_precision');
    });

    for (const [title, arrange] of [
      ['the symbol is not listed', (story: PrecisionStory) => void (story.venue.lists = [other])],
      ['the fetch fails', (story: PrecisionStory) => void (story.venue.down = true)],
    ] as const) {
      it(`block_on_missing_metadata off, ${title}: the fallback rules and a warning (R-129, E-07e)`, async () => {
        const story = await PrecisionStory.bare({ block_on_missing_metadata: false });
        arrange(story);
        expect(await story.outcome(await story.signal({ priceSignal: price('0.1234567891'), size: { type: 'quote', amount: qty('20') } }))).to.equal('accepted opened');
        expect(story.orders[0]).to.equal('81.000006@0.12345678');
        expect(story.warnings().filter((line) => line.includes('fallback rules are used'))).to.have.length(1);
      });
    }

    it('fallback rules of a symbol nobody knows name its currencies from its text', async () => {
      const story = await PrecisionStory.bare({ block_on_missing_metadata: false });
      story.venue.down = true;
      await story.signal(newSymbol);
      const { base, quote } = await story.shell.group();
      expect([base, quote]).to.deep.equal(['NEW', 'USDT']);
    });
  });

  describe('precision.refresh_seconds (A-07)', () => {
    for (const [seconds, after, expected] of [[60, 30, 0], [60, 61, 1], [172_800, 61, 0], [172_800, 172_801, 1]] as const) {
      it(`${seconds}: a signal ${after} s after the fetch causes ${expected} more (R-131)`, async () => {
        const story = await atVenue({ refresh_seconds: seconds });
        await story.signal();
        const fetched = story.venue.fetches;
        story.shell.ahead += after * 1_000;
        await story.signal({ timeframe: '1h' });
        expect(story.venue.fetches - fetched).to.equal(expected);
      });
    }

    it('too old and the venue is away: the entry waits, or goes by the fallback rules', async () => {
      for (const [block, expected] of [[true, 'waiting queued missing_precision'], [false, 'accepted opened']] as const) {
        const story = await atVenue({ refresh_seconds: 60, block_on_missing_metadata: block });
        story.shell.ahead += 61_000;
        story.venue.down = true;
        expect(await story.outcome(await story.signal())).to.equal(expected);
        if (!block) expect(story.orders[0]).to.equal('0.011558@43256.78');
      }
    });
  });

  describe('the venue refuses for precision (R-146, A-63)', () => {
    it('the rules have changed: fetched anew, rounded to them, and sent again with a warning', async () => {
      const story = await atVenue();
      const fetched = story.venue.fetches;
      Object.assign(story.venue, { strict: true, lists: [{ ...btc, stepSize: qty('0.001'), quantityMin: qty('0.001') }] });
      await story.signal();
      expect(story.orders).to.deep.equal(['0.0115@43256.7', '0.0116@42824.2', '0.011@43256.7', '0.011@42824.2']);
      expect(story.venue.fetches - fetched).to.be.within(1, 2);
      expect(story.warnings().filter((line) => line.includes('LOT_SIZE'))).to.have.length(2);
      expect((await story.shell.group()).orders.filter(({ status }) => status === 'open')).to.have.length(2);
    });

    it('three more attempts at most, then the leg is held with the reason', async () => {
      const story = await atVenue();
      story.shell.exchange.refusal = { refused: 'precision', code: '-1111', message: 'Precision is over the maximum' };
      story.shell.exchange.submitScript.push('refuse', 'accept', 'refuse', 'refuse', 'refuse');
      await story.signal();
      await story.shell.round();
      const group = await story.shell.group();
      expect(group.orders.filter(({ leg }) => leg === 0).map(({ generation, status }) => `${generation} ${status}`)).to.deep.equal(['0 rejected', '1 rejected', '2 rejected', '3 rejected']);
      expect(group.pyramids[0]?.legs[0]?.blocked).to.contain('-1111');
      expect(story.warnings()).to.have.length(3);
    });

    for (const [setting, changes, size, expected] of [
      ['enforce_tick_size', { enforce_tick_size: false }, '1000', ['0.0115@43256.7', '0.0116@42824.2']],
      ['enforce_step_size', { enforce_step_size: false }, '1000', ['0.0115@43256.7', '0.0116@42824.2']],
      ['enforce_min_notional', { enforce_min_notional: false }, '9', []],
    ] as const) {
      it(`${setting} off, and the venue insists: the group goes over to its rules, its exits too`, async () => {
        const story = await atVenue(changes);
        story.venue.strict = true;
        await story.signal({ size: { type: 'quote', amount: qty(size) } });
        await story.shell.round();
        expect(story.orders.slice(2)).to.deep.equal(expected);
        if (expected.length === 0) return expect((await story.shell.groups())[0]?.closeReason).to.equal('entries_ended');
        await story.fillFirst('43256.7');
        expect(story.orders.at(-1)).to.equal('0.0115@43689.2');
        return expect((await story.shell.group()).orders.at(-1)?.status).to.equal('open');
      });
    }

    it('an exit is fitted and sent again at once, not after a pause', async () => {
      const story = await atVenue();
      await story.signal();
      Object.assign(story.venue, { strict: true, lists: [{ ...btc, tickSize: price('1') }] });
      await story.fillFirst('43256.7');
      expect(story.orders.slice(2)).to.deep.equal(['0.0115@43689.2', '0.0115@43689']);
    });
  });

  describe('a live group while rules cannot be fetched', () => {
    /** Leg 0 works, leg 1 was refused for its step, and the venue does not tell the new one. */
    async function paused(): Promise<PrecisionStory> {
      const story = await atVenue();
      Object.assign(story.venue, { down: true, lists: [{ ...btc, stepSize: qty('0.001'), quantityMin: qty('0.001') }] });
      story.shell.exchange.refusal = { refused: 'precision', code: '-1013', message: 'Filter failure: LOT_SIZE' };
      story.shell.exchange.submitScript.push('accept', 'refuse');
      await story.signal();
      return story;
    }

    it('a leg that was refused stays pending with the reason, and nothing is sent for it', async () => {
      const story = await paused();
      story.shell.ahead += 60_000;
      await story.shell.round();
      const group = await story.shell.group();
      expect(group.held['entry:0:1']).to.match(/^missing_precision/);
      expect([story.orders.length, group.pyramids[0]?.legs[1]?.blocked, group.retries['entry:0:1']?.count]).to.deep.equal([2, null, 1]);
    });

    it('it goes out by the fresh rules once they are there, without anybody asking', async () => {
      const story = await paused();
      story.venue.down = false;
      story.shell.ahead += 6_000;
      await story.rules.recover();
      await story.shell.round();
      expect(story.orders.slice(2)).to.deep.equal(['0.011@42824.2']);
      expect((await story.shell.group()).held).to.deep.equal({});
    });

    it('exits are not held: a fill gets its take-profit, and a close goes out', async () => {
      const story = await paused();
      await story.fillFirst('43256.7');
      expect(story.orders.slice(2)).to.deep.equal(['0.0115@43689.2']);
      await story.signal({ kind: 'exit' });
      await story.shell.round();
      expect(story.orders.at(-1)).to.equal('0.0115@market');
      expect((await story.shell.group()).status).to.equal('closed');
    });

    it('another entry for the symbol waits meanwhile', async () => {
      const story = await paused();
      expect(await story.outcome(await story.signal({ timeframe: '1h' }))).to.equal('waiting queued missing_precision');
    });

    it('a process that has never seen the symbol finds its rules in the store at once: a close does not wait for its next turn', async () => {
      const story = await atVenue();
      await story.signal();
      await story.fillFirst('43256.7');
      story.process();
      story.venue.down = true;
      await story.signal({ kind: 'exit' });
      await story.shell.round();
      await story.shell.round();
      expect(story.orders.at(-1)).to.equal('0.0115@market');
      expect((await story.shell.group()).status).to.equal('closed');
    });
  });

  it('a minimum notional that the venue does not state is none', async () => {
    const story = await PrecisionStory.bare();
    story.venue.lists = [{ ...btc, notionalMin: null }];
    await story.signal({ size: { type: 'quote', amount: qty('9') } });
    expect(story.orders).to.deep.equal(['0.0001@43256.7', '0.0001@42824.2']);
  });
});
