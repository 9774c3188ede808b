import { expect } from 'chai';
import { compareDecimals, decimalsOf, divideDecimals, formatDecimal, multiplyDecimals, negateDecimal, roundDecimal, signOf, sumDecimals, trimDecimal } from './decimal.ts';

describe('decimal strings in the web app', () => {
  const formats: [string, Parameters<typeof formatDecimal>[1], string][] = [
    ['98940', { decimals: 2, language: 'en' }, '98,940.00'],
    ['98940.005', { decimals: 2, language: 'en' }, '98,940.01'],
    ['-1234567.5', { decimals: 1, language: 'uk' }, '\u22121\u00a0234\u00a0567,5'],
    ['12.3', { decimals: 2, language: 'en', signed: true }, '+12.30'],
    ['0', { decimals: 2, language: 'en', signed: true }, '0.00'],
    ['-0.001', { decimals: 2, language: 'en', signed: true }, '0.00'],
    ['0.01171000', { language: 'en' }, '0.01171'],
    ['999.999', { decimals: 2, language: 'en' }, '1,000.00'],
    ['.5', { language: 'en' }, '0.5'],
    ['n/a', { language: 'en' }, 'n/a'],
  ];
  for (const [value, options, text] of formats) it(`writes ${value} as ${text}`, () => expect(formatDecimal(value, options)).to.equal(text));

  it('adds exactly where floating point would not', () => {
    expect(sumDecimals(['0.1', '0.2'])).to.equal('0.3');
    expect(sumDecimals(['9007199254740993.1', '-0.1'])).to.equal('9007199254740993.0');
    expect(sumDecimals([])).to.equal('0');
  });

  it('multiplies exactly', () => {
    expect(multiplyDecimals('0.012', '-98940.5')).to.equal('-1187.2860');
  });

  it('divides to the decimals asked for', () => {
    expect([divideDecimals('1', '3', 4), divideDecimals('-2', '0.5', 1), divideDecimals('1', '0', 2)]).to.deep.equal(['0.3333', '-4.0', '0']);
    expect([negateDecimal('1.5'), negateDecimal('-1.5')]).to.deep.equal(['-1.5', '1.5']);
  });

  it('rounds half away from zero, on both sides', () => {
    expect([roundDecimal('1.005', 2), roundDecimal('-1.005', 2), roundDecimal('1.5', 0), roundDecimal('7', 2)]).to.deep.equal(['1.01', '-1.01', '2', '7.00']);
  });

  it('compares, signs, counts and trims', () => {
    expect([compareDecimals('10', '9.99'), compareDecimals('1.0', '1'), compareDecimals('-2', '1')]).to.deep.equal([1, 0, -1]);
    expect([signOf('-0.00'), signOf('-0.01'), signOf('3')]).to.deep.equal([0, -1, 1]);
    expect([decimalsOf('1.250'), decimalsOf('7')]).to.deep.equal([3, 0]);
    expect([trimDecimal('1.500'), trimDecimal('100'), trimDecimal('1.000')]).to.deep.equal(['1.5', '100', '1']);
  });
});
