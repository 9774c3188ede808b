import type { RateLedger } from '#shared/ports/rate-ledger.port';

/** A ban or a figure that another process has learnt of is heeded at the latest after this; as long as an order is under way anyhow. */
const keptMs = 250;
/** Calls of one kind that are asked for together, and the share of a ceiling that they may lie idle with. */
const callsAhead = 8;
const shareAhead = 1 / 20;

interface Block {
  windowNumber: number;
  until: number;
  left: number;
  /** Calls that cost nothing need no more than that no ban runs: so many more may leave on the last answer. */
  free: number;
}

/**
 * A shared ledger that is asked for several calls at once. A ladder of 25 legs asked 25 times for its turn, each a round trip between
 * *sending* and the socket. What was taken and is not used counts as used, so no limit is ever passed; where a block does not fit any more,
 * single calls are asked for.
 */
export function inBlocks(ledger: RateLedger): RateLedger {
  const blocks = new Map<string, Block>();

  const ask = async (blockKey: string, key: string, cost: number, ceiling: number, windowMs: number, now: number): Promise<number> => {
    const ahead = Math.max(cost, Math.min(cost * callsAhead, Math.floor(ceiling * shareAhead)));
    const wait = await ledger.take(key, ahead, ceiling, windowMs, now);
    if (wait > 0) {
      blocks.delete(blockKey);
      return ahead === cost ? wait : ledger.take(key, cost, ceiling, windowMs, now);
    }
    blocks.set(blockKey, { windowNumber: Math.floor(now / windowMs), until: now + keptMs, left: ahead - cost, free: callsAhead - 1 });
    return 0;
  };

  return {
    async take(key, cost, ceiling, windowMs, now) {
      // What one lane may have is not what another may: a block serves calls of its own ceiling.
      const blockKey = `${key} ${ceiling} ${windowMs}`;
      const block = blocks.get(blockKey);
      const stands = block !== undefined && block.windowNumber === Math.floor(now / windowMs) && now < block.until;
      if (!stands || (cost === 0 ? block.free < 1 : block.left < cost)) return ask(blockKey, key, cost, ceiling, windowMs, now);
      if (cost === 0) block.free -= 1;
      else block.left -= cost;
      return 0;
    },
    raise: (key, used, windowMs, now) => ledger.raise(key, used, windowMs, now),
    ban: (key, until) => {
      blocks.clear();
      return ledger.ban(key, until);
    },
  };
}
