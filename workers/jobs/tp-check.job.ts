import type { GroupEvent } from '#shared/engine/messages/events';
import { price } from '#shared/engine/num/units';
import { callOut } from '#shared/shell/crash-points';
import { hear, type ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Tells a group the last price and what touched its conditions, after the price watch saw one of them met. */
export const tpCheckJob = (ports: ShellPorts, lastTrade: (venue: string, market: 'spot' | 'usdm', symbol: string) => { price: string; at: number } | null): JobHandler<'tp-check'> => ({
  role: 'tp-check',
  concurrency: 8,
  limit: null,
  async handle({ groupId, touched = [] }) {
    const found = await callOut(ports, 'decide:touched-group', () => ports.store.group(groupId));
    if (found === null) return;
    const { venue, market, symbol } = found.group;
    const trade = lastTrade(venue, market, symbol);
    const last = trade?.price ?? touched.at(-1);
    if (last === undefined) return;
    const event: GroupEvent = { type: 'price', price: price(last), ...(trade !== null && { at: trade.at }), ...(touched.length > 0 && { touched: touched.map((each) => price(each)) }) };
    await hear(ports, { aggregate: 'group', aggregateId: groupId, key: null, event });
  },
});
