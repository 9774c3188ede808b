import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { RiskEvent } from '#shared/engine/messages/events';
import type { Price } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { bookRow } from '#shared/engine/risk/book-row';
import type { RiskFacts } from '#shared/engine/risk/risk-facts';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { Clock } from '#shared/ports/system.port';
import { inTurns } from '#shared/ports/in-turns';

/** What the facts of a risk engine are gathered from. */
export interface RiskPorts {
  clock: Clock;
  /** The risk plan in force, and whether new exposure is halted everywhere. */
  plan(userId: string): Promise<{ plan: RiskPlan; halted: boolean }>;
  openBook(userId: string): Promise<{ group: PositionGroup; accountMode: string }[]>;
  /** Rules last known, however old. */
  kept(venue: string, market: Market, symbol: string): Instrument | null;
  priceLast(venue: string, market: Market, symbol: string): Price | null;
}

/** Does the event choose among groups? Only then is the book read. */
const choosing = (event: RiskEvent): boolean => event.type === 'cycle' || event.type === 'run-now';

/** Facts for the risk engine, at hand before its row is locked. What has changed by then is judged again by each group that is asked. */
export async function gatherRisk(ports: RiskPorts, userId: string, event: RiskEvent): Promise<(lastMind: string | null) => RiskFacts> {
  const { plan, halted } = await ports.plan(userId);
  const bookAt = ports.clock.now();
  const open = choosing(event) ? await ports.openBook(userId) : [];
  const book = await inTurns(open, ({ group, accountMode }) => bookRow(group, { accountMode, plan, rulesOf: ports.kept, priceLast: ports.priceLast }));
  return (lastMind) => ({ now: ports.clock.now(), plan, halted, book, bookAt, lastMind });
}
