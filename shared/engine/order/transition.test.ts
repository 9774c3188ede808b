import { expect } from 'chai';
import { orderStatuses, type OrderStatus } from './order.ts';
import { isEnded, transition, type OrderChange } from './transition.ts';

const changes: OrderChange[] = ['send', 'withdraw', 'accept', 'part-fill', 'fill', 'cancel', 'cancelled', 'expire', 'refuse', 'lose', 'prove-absent'];

/** Written out once more, change by change: `.` is old news, which alters nothing. */
const expected: Record<OrderStatus, string> = {
  //                 send    withdraw  accept part-fill fill   cancel     cancelled expire  refuse   lose    prove-absent
  ready: '           sending cancelled open partially_filled filled cancelling cancelled expired rejected unknown abandoned',
  sending: '         . . open partially_filled filled cancelling cancelled expired rejected unknown abandoned',
  open: '            . . . partially_filled filled cancelling cancelled expired rejected . .',
  partially_filled: '. . . . filled cancelling cancelled expired rejected . .',
  cancelling: '      . cancelled . . filled . cancelled expired rejected unknown abandoned',
  unknown: '         . . open partially_filled filled . cancelled expired rejected . abandoned',
  filled: '          . . . . . . . . . . .',
  cancelled: '       . . . . filled . . . . . .',
  expired: '         . . . . filled . . . . . .',
  rejected: '        . . open partially_filled filled . cancelled expired . . .',
  abandoned: '       . . open partially_filled filled . cancelled expired rejected . .',
};

const oddRows: [string, OrderStatus, OrderChange, OrderStatus][] = [
  ['an acceptance that was overtaken by a fill', 'partially_filled', 'accept', 'partially_filled'],
  ['the venue still shows it open while our cancel is on its way', 'cancelling', 'accept', 'cancelling'],
  ['it fills a little while our cancel is on its way', 'cancelling', 'part-fill', 'cancelling'],
  ['the cancel lost its race', 'cancelling', 'fill', 'filled'],
  ['the cancel was confirmed, but the cumulative figure says it was full', 'cancelled', 'fill', 'filled'],
  ['no timer ends what is unknown: losing it again is nothing new (invariant 8)', 'unknown', 'lose', 'unknown'],
  ['unknown is not cancelled on suspicion: the venue must show it first', 'unknown', 'cancel', 'unknown'],
  ['the venue contradicts its own refusal', 'rejected', 'accept', 'open'],
  ['a ghost that was proved absent', 'abandoned', 'accept', 'open'],
  ['an absence that is claimed of an order the venue has shown', 'open', 'prove-absent', 'open'],
  ['a cancel before the order was sent', 'ready', 'cancel', 'cancelling'],
];

describe('the life of an order', () => {
  for (const status of orderStatuses) {
    const row = expected[status].trim().split(/\s+/);
    changes.forEach((change, column) => {
      const next = row[column] === '.' ? status : row[column];
      it(`${status} + ${change} = ${next}`, () => expect(transition(status, change)).to.equal(next));
    });
  }

  describe('odd rows', () => {
    for (const [title, status, change, next] of oddRows) it(title, () => expect(transition(status, change)).to.equal(next));
  });

  it('ended is what can have no successor in flight beside it', () => {
    expect(orderStatuses.filter(isEnded)).to.deep.equal(['filled', 'cancelled', 'rejected', 'expired', 'abandoned']);
  });

  it('only evidence leads out of unknown (invariant 8)', () => {
    const ways = changes.filter((change) => transition('unknown', change) !== 'unknown');
    expect(ways).to.deep.equal(['accept', 'part-fill', 'fill', 'cancelled', 'expire', 'refuse', 'prove-absent']);
  });
});
