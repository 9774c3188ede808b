import type { VirtualClock } from '#shared/simulation/virtual-clock';

/** Timers and clocks of this process run on virtual time until the answer is called: code under simulation may use them freely. */
export function useVirtualTime(clock: VirtualClock): () => void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval, now: Date.now };
  const realPerformanceNow = performance.now;
  const startedAt = clock.now();
  const timers = new Map<number, () => void>();
  let last = 0;

  const virtual = (repeats: boolean) =>
    (task: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): number => {
      const id = (last += 1);
      const arm = (): void =>
        void timers.set(
          id,
          clock.after(Math.max(1, ms), () => {
            if (repeats) arm();
            else timers.delete(id);
            task(...given);
          }),
        );
      arm();
      return id;
    };
  const clear = (id: unknown): void => {
    timers.get(id as number)?.();
    timers.delete(id as number);
  };

  Object.assign(globalThis, { setTimeout: virtual(false), clearTimeout: clear, setInterval: virtual(true), clearInterval: clear });
  Date.now = clock.now;
  performance.now = () => clock.now() - startedAt;
  return () => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout, setInterval: real.setInterval, clearInterval: real.clearInterval });
    Date.now = real.now;
    performance.now = realPerformanceNow;
  };
}
