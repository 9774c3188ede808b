import { EventEmitter, once } from 'node:events';
import type { PriceStep } from '#shared/ports/market-data.port';

/** Steps on their way to a sink that may be slower than the market. */
export interface NewestSteps {
  add(step: PriceStep): void;
  /** Resolves true once there is something to drain, false when `signal` ends the wait. */
  filled(signal: AbortSignal): Promise<boolean>;
  /** Everything, oldest first. */
  drain(): PriceStep[];
  /** Takes back what was not taken: of each symbol only the newest price stays. */
  giveBack(steps: readonly PriceStep[]): void;
}

/** More than this is no price path any more but a backlog: then only the newest price of each symbol counts. */
const stepsMax = 2000;

const keyOf = ({ market, symbol }: PriceStep): string => `${market} ${symbol}`;
const newestOf = (steps: readonly PriceStep[]): PriceStep[] => [...new Map(steps.map((step) => [keyOf(step), step])).values()];

/** A buffer that keeps every price as long as the sink keeps up; a price that repeats the symbol's last one is dropped. */
export function createNewestSteps(): NewestSteps {
  let steps: PriceStep[] = [];
  const last = new Map<string, PriceStep>();
  const bell = new EventEmitter();
  return {
    add: (step) => {
      // Within one batch a repeated price is no news; across batches it shows that the market is alive.
      const before = last.get(keyOf(step));
      if (before !== undefined && before.price === step.price) {
        before.at = step.at;
        return;
      }
      const own = { ...step };
      last.set(keyOf(step), own);
      steps.push(own);
      if (steps.length > stepsMax) steps = newestOf(steps);
      bell.emit('filled');
    },
    filled: async (signal) => {
      while (steps.length === 0 && !signal.aborted) await once(bell, 'filled', { signal }).catch(() => undefined);
      return !signal.aborted;
    },
    drain: () => {
      const drained = steps;
      steps = [];
      last.clear();
      return drained;
    },
    giveBack: (refused) => {
      steps = newestOf([...refused, ...steps]);
      for (const step of steps) last.set(keyOf(step), step);
    },
  };
}
