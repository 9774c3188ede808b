import { price } from '#shared/engine/num/units';
import { hear, type ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Tells a group the last price, after the price watch saw one of its conditions met. */
export const tpCheckJob = (ports: ShellPorts, priceLast: (venue: string, market: 'spot' | 'usdm', symbol: string) => string | null): JobHandler<'tp-check'> => ({
  role: 'tp-check',
  concurrency: 8,
  limit: null,
  async handle({ groupId }) {
    const found = await ports.store.group(groupId);
    if (found === null) return;
    const { venue, market, symbol } = found.group;
    const last = priceLast(venue, market, symbol);
    if (last === null) return;
    await hear(ports, { aggregate: 'group', aggregateId: groupId, key: null, event: { type: 'price', price: price(last) } });
  },
});
