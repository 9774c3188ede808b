import { expect } from 'chai';
import fc from 'fast-check';
import { clientOrderId, purposeOf, type OrderPurpose } from './ids.ts';
import { orderRoles } from './order/order.ts';
import { runs } from '#test/support/property-runs';

const index = fc.option(fc.integer({ min: 0, max: 34 }), { nil: null });
const purpose: fc.Arbitrary<OrderPurpose> = fc.record({
  groupId: fc.bigInt({ min: 1n, max: 36n ** 8n - 1n }).map(String),
  role: fc.constantFrom(...orderRoles),
  pyramid: index,
  leg: index,
  generation: fc.integer({ min: 0, max: 36 ** 3 - 1 }),
});
const prefix = fc.stringMatching(/^[a-su-z][a-z0-9]{4}$/);

describe('client order ids', () => {
  it('property: decode to the purpose they were made for', () => {
    fc.assert(
      fc.property(prefix, purpose, (mark, made) => {
        expect(purposeOf(mark, clientOrderId(mark, made))).to.deep.equal(made);
      }),
      runs(),
    );
  });

  it('property: at most 26 lower-case letters and digits, the first a letter other than t', () => {
    fc.assert(
      fc.property(prefix, purpose, (mark, made) => {
        const id = clientOrderId(mark, made);
        expect(id).to.match(/^[a-su-z][a-z0-9]*$/);
        expect(id.length).to.be.at.most(26);
      }),
      runs(),
    );
  });

  it('property: two purposes never share an id (invariant 4)', () => {
    fc.assert(
      fc.property(prefix, purpose, purpose, (mark, a, b) => {
        expect(clientOrderId(mark, a) === clientOrderId(mark, b)).to.equal(JSON.stringify(a) === JSON.stringify(b));
      }),
      runs(),
    );
  });

  it('property: a foreign id is nobody of ours', () => {
    fc.assert(
      fc.property(prefix, purpose, fc.string(), (mark, made, text) => {
        if (!text.startsWith(mark)) expect(purposeOf(mark, text)).to.equal(null);
        expect(purposeOf(mark, `${clientOrderId(mark, made)}x`)).to.equal(null);
      }),
      runs(),
    );
  });

  const faults: [string, string, Partial<OrderPurpose>][] = [
    ['a prefix that begins with t', 'tabcd', {}],
    ['a prefix of four characters', 'abcd', {}],
    ['a leg beyond 34', 'abcde', { leg: 35 }],
    ['a generation beyond three digits', 'abcde', { generation: 36 ** 3 }],
    ['a group beyond eight digits', 'abcde', { groupId: (36n ** 8n).toString() }],
  ];
  for (const [title, mark, change] of faults) {
    it(`refuses ${title}`, () => expect(() => clientOrderId(mark, { groupId: '7', role: 'entry', pyramid: 0, leg: 0, generation: 0, ...change })).to.throw());
  }

  it('reads like its purpose: group 7, entry of leg 0.1, second attempt', () => {
    expect(clientOrderId('qtest', { groupId: '7', role: 'entry', pyramid: 0, leg: 1, generation: 1 })).to.equal('qtest00000007e01001');
    expect(clientOrderId('qtest', { groupId: '7', role: 'close', pyramid: null, leg: null, generation: 0 })).to.equal('qtest00000007czz000');
  });
});
