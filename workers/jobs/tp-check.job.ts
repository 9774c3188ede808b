import { price } from '#shared/engine/num/units';
import { hear, type ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Tells a group the last price and what touched its conditions, after the price watch saw one of them met. */
export const tpCheckJob = (ports: ShellPorts, priceLast: (venue: string, market: 'spot' | 'usdm', symbol: string) => string | null): JobHandler<'tp-check'> => ({
  role: 'tp-check',
  concurrency: 8,
  limit: null,
  async handle({ groupId, touched = [] }) {
    const found = await ports.store.group(groupId);
    if (found === null) return;
    const { venue, market, symbol } = found.group;
    const last = priceLast(venue, market, symbol) ?? touched.at(-1);
    if (last === undefined) return;
    await hear(ports, { aggregate: 'group', aggregateId: groupId, key: null, event: { type: 'price', price: price(last), ...(touched.length > 0 && { touched: touched.map((each) => price(each)) }) } });
  },
});
