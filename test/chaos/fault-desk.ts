import type { PlannedFault } from './chaos-steps.ts';

interface Listed {
  id: number;
  kind: string;
  hits: number;
}

/**
 * Asks the paper exchange for faults and counts how often each has struck. A paper exchange that dies takes its faults with it, so the
 * counts are read before it is killed, and every second.
 */
export class FaultDesk {
  /** Strikes by the name of the fault. */
  readonly struck = new Map<string, number>();
  private readonly origin: string;
  private names = new Map<number, { name: string; seen: number }>();
  private timer: NodeJS.Timeout | null = null;

  constructor(paperOrigin: string) {
    this.origin = `${paperOrigin}/_sim/faults`;
  }

  start(): void {
    this.timer = setInterval(() => void this.count(), 1_000);
  }

  /** One that cannot be asked for because nobody answers is not asked for again: the plan has some to spare. */
  async schedule({ name, body }: PlannedFault): Promise<void> {
    const listed = await this.ask<Listed>('POST', '', body);
    if (listed === null) return;
    // A stream that is cut at once is told here and in no list.
    const atOnce = body.kind === 'drop-stream' ? listed.hits : 0;
    if (atOnce > 0) this.note(name, atOnce);
    this.names.set(listed.id, { name, seen: 0 });
  }

  /** Reads how often the faults have struck so far. */
  async count(): Promise<void> {
    for (const { id, hits } of (await this.ask<Listed[]>('GET', '')) ?? []) {
      const known = this.names.get(id);
      if (known === undefined || hits <= known.seen) continue;
      this.note(known.name, hits - known.seen);
      known.seen = hits;
    }
  }

  /** Its next faults are numbered from one again. */
  paperHasDied(): void {
    this.names = new Map();
  }

  /** Takes every fault away; resolves when the paper exchange has said so. */
  async end(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    for (;;) {
      await this.count();
      if ((await this.ask('DELETE', '')) !== null) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  total(): number {
    return [...this.struck.values()].reduce((sum, hits) => sum + hits, 0);
  }

  private note(name: string, hits: number): void {
    this.struck.set(name, (this.struck.get(name) ?? 0) + hits);
  }

  private async ask<Body>(method: string, path: string, body?: unknown): Promise<Body | null> {
    try {
      const answer = await fetch(`${this.origin}${path}`, { method, signal: AbortSignal.timeout(2_000), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      if (answer.status === 400) throw new TypeError(`the paper exchange does not know this fault: ${await answer.text()}`);
      return answer.ok ? ((await answer.json()) as Body) : null;
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith('the paper')) throw error;
      return null;
    }
  }
}
