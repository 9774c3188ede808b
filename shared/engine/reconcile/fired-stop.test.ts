import { expect } from 'chai';
import { price, qty } from '../num/units.ts';
import { firedForMs, tradedByPerson, whyNotFired } from './fired-stop.ts';

const now = 1_000_000;
type State = [quantity: string, entry: string | null, ours: string];
const before = ([amount, entry, ours]: State): Parameters<typeof tradedByPerson>[0] => ({ amount: qty(amount), ours, priceEntry: entry === null ? null : price(entry) });
const found = ([quantity, entry, ours]: State, stop: string | null = '98'): Parameters<typeof tradedByPerson>[1] => ({
  ours,
  remedy: { do: 'ask', side: 'long', quantity: qty(quantity), priceEntry: entry === null ? null : price(entry), stop: stop === null ? null : price(stop) },
});

describe('has a person traded a position that was found?', () => {
  const rows: [name: string, was: State, is: State, traded: boolean][] = [
    ['nothing has changed', ['1', '100', '0'], ['1', '100.0', '0'], false],
    ['closed and opened again at another price', ['1', '100', '0'], ['1', '80', '0'], true],
    ['the same, and less of it', ['1', '100', '0'], ['0.4', '80', '0'], true],
    ['more of it', ['1', '100', '0'], ['1.1', '100', '0'], true],
    ['a part is closed', ['1', '100', '0'], ['0.4', '100', '0'], false],
    ['our group has bought beside it', ['1', '100', '0'], ['1', '97', '5'], false],
    ['our group has bought beside it, and so has a person', ['1', '100', '0'], ['2', '97', '5'], true],
    ['our group has bought beside it, and a person has opened another of another size', ['1', '100', '0'], ['0.5', '90', '5'], true],
    ['the venue tells no entry price', ['1', null, '0'], ['1', '80', '0'], false],
  ];
  for (const [name, was, is, traded] of rows) it(name, () => expect(tradedByPerson(before(was), found(is))).to.equal(traded));
});

describe('does what an emergency stop has decided still hold?', () => {
  const was: State = ['1', '100', '0'];
  const rows: [name: string, firedAt: number | null, is: State, stop: string | null, holds: boolean][] = [
    ['just now', now, was, '98', true],
    ['for two minutes', now - firedForMs, was, '98', true],
    ['longer ago', now - firedForMs - 1, was, '98', false],
    ['nobody knows when', null, was, '98', false],
    ['another position', now, ['1', '80', '0'], '98', false],
    ['no stop any more', now, was, null, false],
  ];
  for (const [name, firedAt, is, stop, holds] of rows) it(`${name}: ${holds ? 'yes' : 'no'}`, () => expect(whyNotFired({ ...before(was), firedAt }, found(is, stop), now) === null).to.equal(holds));
});
