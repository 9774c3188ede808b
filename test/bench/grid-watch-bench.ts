import { setTimeout as delay } from 'node:timers/promises';
import { compare } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { createPriceWatch, priceKey, type PriceLevel } from '#shared/shell/price-watch';
import { gridPlan, GroupStory, instrument, perLeg } from '#test/support/engine-story';

/** A full book: every group has five pyramids of five legs, all filled, and one common target. */
const [groups, symbols, pyramids, ticksPerSecond] = [1_000, 200, 5, 1_000];

export interface GridWatchRun {
  groups: number;
  legs: number;
  ticks: number;
  /** Share of one core that the watch took, percent. */
  corePercent: number;
  /** How far the stream fell behind its clock at the worst, ms. */
  behindMs: number;
  woken: number;
  /** Woken although none of its conditions was met, and not woken although one was; by asking every group about every tick. */
  wrong: number;
  missed: number;
}

/** A whole group as the engine makes it, entered around `at`. */
function openGroup(symbol: string, at: number): PositionGroup {
  const story = new GroupStory({ instrument: instrument({ symbol }) });
  story.open({ entry: at.toFixed(2), plan: gridPlan(), exit: { ...perLeg, kind: 'hybrid' }, changes: { symbol } });
  for (let pyramid = 1; pyramid < pyramids; pyramid += 1) story.pyramid((at * (1 - pyramid / 500)).toFixed(2), '1000', String(pyramid + 1));
  for (const order of story.acceptAll().working('entry')) story.fill(order);
  return story.state;
}

/** A thousand prices a second over the symbols of a thousand open groups, for some seconds, on one thread. A group that was woken makes room for a new one. */
export async function benchGridWatch(seconds: number): Promise<GridWatchRun> {
  const watch = createPriceWatch();
  const names = Array.from({ length: symbols }, (_, symbol) => `S${symbol}/USDT:USDT`);
  const prices = names.map(() => 100);
  const rules = instrument();
  const patterns = Array.from({ length: 20 }, (_, pattern) => openGroup(names[0]!, 98 + pattern * 0.2));
  const levels = new Map<string, { symbol: number; levels: PriceLevel[] }>();
  const run: GridWatchRun = { groups, legs: patterns[0]!.pyramids.flatMap(({ legs }) => legs).length, ticks: 0, corePercent: 0, behindMs: 0, woken: 0, wrong: 0, missed: 0 };
  let opened = 0;
  let inWatch = 0;

  const timed = <Answer>(work: () => Answer): Answer => {
    const from = performance.now();
    const answer = work();
    inWatch += performance.now() - from;
    return answer;
  };
  /** The conditions of one of the engine's groups, moved to where its symbol trades: the target a group asks for lies that share above its average. */
  const open = (symbol: number): void => {
    const groupId = String((opened += 1));
    const key = priceKey('binance', 'usdm', names[symbol]!);
    const conditions = wakeConditions(patterns[opened % patterns.length]!, rules).map(({ direction, price }) => ({ key, direction, price: ((Number(price) * prices[symbol]!) / 99).toFixed(2) }));
    levels.set(groupId, { symbol, levels: conditions });
    if (timed(() => watch.replace(groupId, conditions))) replaceGroup(groupId);
  };
  const replaceGroup = (groupId: string): void => {
    const { symbol } = levels.get(groupId)!;
    levels.delete(groupId);
    open(symbol);
  };
  const met = (level: PriceLevel, price: string): boolean => (level.direction === 'at-or-above' ? compare(price, level.price) >= 0 : compare(price, level.price) <= 0);

  const tick = (count: number): void => {
    const symbol = (count * 7919) % symbols;
    // A walk of small steps with a drift that turns every few hundred prices, the same in every run.
    prices[symbol] = prices[symbol]! * (1 + (((count * 48_271) % 2_001) - 1_000) / 1_000_000 + (Math.sin(count / 20_000) > 0 ? 0.0004 : -0.0003));
    const price = prices[symbol].toFixed(2);
    const woken = new Set(timed(() => watch.onPrice(priceKey('binance', 'usdm', names[symbol]!), price)));
    const due = [...levels].filter(([, group]) => group.symbol === symbol && group.levels.some((level) => met(level, price))).map(([groupId]) => groupId);
    run.missed += due.filter((groupId) => !woken.has(groupId)).length;
    run.wrong += [...woken].filter((groupId) => !due.includes(groupId)).length;
    run.woken += woken.size;
    for (const groupId of woken) replaceGroup(groupId);
  };

  for (let group = 0; group < groups; group += 1) open(group % symbols);
  inWatch = 0;
  const start = performance.now();
  while (run.ticks < seconds * ticksPerSecond) {
    const due = Math.min(seconds * ticksPerSecond, Math.floor(((performance.now() - start) * ticksPerSecond) / 1000));
    for (; run.ticks < due; run.ticks += 1) tick(run.ticks);
    run.behindMs = Math.max(run.behindMs, performance.now() - start - (run.ticks * 1000) / ticksPerSecond);
    await delay(5);
  }
  run.corePercent = (inWatch / (performance.now() - start)) * 100;
  return run;
}
