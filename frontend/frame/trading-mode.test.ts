import type { Status } from '#shared/contracts/http';
import { expect } from 'chai';
import { modeShown, type ShownMode } from './trading-mode.ts';

type Account = Status['accounts'][number];
const account = (mode: Account['mode'], tradable = true): Account => ({ id: mode, name: mode, venue: 'binance', market: 'usdm', mode, tradable });

describe('the mode badge', () => {
  const cases: [string, Status['trading']['mode'], Account[], ShownMode][] = [
    ['is PAPER with paper accounts', 'simulation', [account('paper')], 'paper'],
    ['is PAPER without any account', 'simulation', [], 'paper'],
    ['is TESTNET when one account is', 'simulation', [account('paper'), account('testnet')], 'testnet'],
    ['is LIVE when one account may trade live', 'live', [account('paper'), account('testnet'), account('live')], 'live'],
    ['is not LIVE for a live account that may not trade', 'simulation', [account('live', false), account('paper')], 'paper'],
    ['is DRY RUN whatever the accounts', 'dry_run', [account('live')], 'dry_run'],
  ];
  for (const [name, mode, accounts, shown] of cases) {
    it(name, () => expect(modeShown({ trading: { mode, approved: true }, accounts })).to.equal(shown));
  }

  it('says nothing before the engine has answered', () => expect(modeShown(undefined)).to.equal(undefined));
});
