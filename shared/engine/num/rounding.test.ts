import { expect } from 'chai';
import { floorTo, isMultipleOf } from './rounding.ts';
import { dec, isDecimalText, money, price, sum } from './units.ts';

describe('floorTo', () => {
  const rows: [string, string, string][] = [
    ['99.9975', '0.01', '99.99'],
    ['100.90', '0.25', '100.75'],
    ['17', '5', '15'],
    ['99.99', '0.05', '99.95'],
    ['0.1234567891', '0.00000001', '0.12345678'],
    ['2.0100502512', '0.001', '2.01'],
    ['0.3', '0.1', '0.3'],
    ['0.0009', '0.001', '0'],
    ['-0.0015', '0.001', '-0.001'],
    ['123456789012345678901234.56789', '0.0001', '123456789012345678901234.5678'],
  ];
  for (const [value, step, expected] of rows) it(`E-07 ${value} on ${step} is ${expected}`, () => expect(price(floorTo(value, step))).to.equal(expected));
  it('a step of nothing is a mistake', () => expect(() => floorTo('1', '0')).to.throw('a step must be positive'));
  it('knows multiples', () => expect([isMultipleOf('0.3', '0.1'), isMultipleOf('0.35', '0.1')]).to.deep.equal([true, false]));
});

describe('exact decimals', () => {
  it('add up without a float: 0.1 + 0.2', () => expect(money(sum(['0.1', '0.2']))).to.equal('0.3'));
  it('one zero has one text', () => expect([money('-0'), money('0.000'), money(0)]).to.deep.equal(['0', '0', '0']));
  it('are plain text, never with an exponent', () => expect([price('1e-8'), price('1e21')]).to.deep.equal(['0.00000001', '1000000000000000000000']));
  for (const text of ['', ' ', 'NaN', 'Infinity', '0x10', '1,5', '1e9999', '--1', '1.']) {
    it(`"${text}" is no decimal`, () => {
      expect(isDecimalText(text)).to.equal(false);
      expect(() => dec(text)).to.throw(RangeError);
    });
  }
});
