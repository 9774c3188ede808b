import type { RateLedger } from '#shared/ports/rate-ledger.port';

/** A ban or a figure that another process has learnt of is heeded at the latest after this; as long as an order is under way anyhow. */
const keptMs = 250;
/** Calls of one kind that are asked for together at most, and the share of a ceiling that may lie idle. */
const callsAhead = 8;
const shareAhead = 1 / 20;
/**
 * What weighs more is a read, which comes alone: nothing is taken ahead of it. Blocks of eight around reads that come every few seconds used
 * up a minute of 960 when the venue had counted 180, and closes by an emergency stop stood still until the next minute.
 */
const weightAhead = 1;

interface Block {
  windowNumber: number;
  until: number;
  left: number;
  /** Calls that cost nothing need no more than that no ban runs: so many more may leave on the last answer. */
  free: number;
}

/** What calls of one key and ceiling have in common. */
interface Line {
  block: Block | null;
  /** The question under way, with the cost it was for and the wait it was answered with. */
  asking: Promise<{ cost: number; wait: number } | null> | null;
  /** Who waits for it, and what they cost together: the next question is for all of them. */
  waiting: { calls: number; cost: number };
  /** Calls that left without a pause as long as a block lasts. */
  burst: { calls: number; lastAt: number };
}

/**
 * A shared ledger that is asked for several calls at once. A ladder of 25 legs asked 25 times for its turn, each a round trip between
 * *sending* and the socket. Calls that come together are asked for together. Beyond those, no more is taken ahead than has just left, as what
 * was taken and is not used counts as used: no limit is ever passed. Where several calls do not fit any more, single ones are asked for.
 */
export function inBlocks(ledger: RateLedger): RateLedger {
  const lines = new Map<string, Line>();
  const lineOf = (name: string): Line => {
    const found: Line = lines.get(name) ?? { block: null, asking: null, waiting: { calls: 0, cost: 0 }, burst: { calls: 0, lastAt: 0 } };
    lines.set(name, found);
    return found;
  };

  const ask = async (line: Line, key: string, cost: number, ceiling: number, windowMs: number, now: number): Promise<{ cost: number; wait: number }> => {
    const { calls, cost: costWaiting } = line.waiting;
    const ahead = cost > weightAhead ? 0 : Math.min(cost * Math.min(callsAhead - 1, line.burst.calls), Math.floor(ceiling * shareAhead));
    const several = cost + Math.max(costWaiting, ahead);
    line.block = null;
    const wait = await ledger.take(key, several, ceiling, windowMs, now);
    if (wait > 0) return { cost, wait: several === cost ? wait : await ledger.take(key, cost, ceiling, windowMs, now) };
    line.block = { windowNumber: Math.floor(now / windowMs), until: now + keptMs, left: several - cost, free: Math.max(callsAhead - 1, calls) };
    return { cost, wait };
  };

  /** Takes a call out of what was asked for before. */
  const served = ({ block }: Line, cost: number, windowMs: number, now: number): boolean => {
    if (block === null || block.windowNumber !== Math.floor(now / windowMs) || now >= block.until) return false;
    if (cost === 0 ? block.free < 1 : block.left < cost) return false;
    if (cost === 0) block.free -= 1;
    else block.left -= cost;
    return true;
  };

  /** Its turn among those that ask at the same moment: answers as `take` does. */
  const turn = async (line: Line, key: string, cost: number, ceiling: number, windowMs: number, now: number): Promise<number> => {
    while (!served(line, cost, windowMs, now)) {
      if (line.asking === null) {
        const asked = ask(line, key, cost, ceiling, windowMs, now);
        const told = asked.catch(() => null);
        line.asking = told;
        return await asked.then(({ wait }) => wait).finally(() => void (line.asking = null));
      }
      line.waiting.calls += 1;
      line.waiting.cost += cost;
      const answer = await line.asking;
      line.waiting.calls -= 1;
      line.waiting.cost -= cost;
      // Where a cheaper call does not fit, this one does not either.
      if (answer !== null && answer.wait > 0 && cost >= answer.cost) return answer.wait;
    }
    return 0;
  };

  return {
    async take(key, cost, ceiling, windowMs, now) {
      // What one lane may have is not what another may: a block serves calls of its own ceiling.
      const line = lineOf(`${key} ${ceiling} ${windowMs}`);
      if (now - line.burst.lastAt >= keptMs) line.burst.calls = 0;
      const wait = await turn(line, key, cost, ceiling, windowMs, now);
      if (wait === 0 && cost > 0) line.burst = { calls: line.burst.calls + 1, lastAt: now };
      return wait;
    },
    raise: (key, used, windowMs, now) => ledger.raise(key, used, windowMs, now),
    ban: (key, until) => {
      for (const line of lines.values()) line.block = null;
      return ledger.ban(key, until);
    },
  };
}
