import { haltKinds, type HaltKind } from '#shared/engine/pool/halts';
import type { OrderRow } from '#shared/ports/store.port';
import type { MemoryStore } from '#shared/simulation/memory-store';
import { haltsOf } from '#shared/simulation/memory-halts';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { SimulatedAccount } from './random-configuration.ts';
import type { Traffic } from './traffic.ts';
import { holds } from './violation.ts';

interface Parts {
  clock: VirtualClock;
  chance: Chance;
  store: MemoryStore;
  traffic: Traffic;
  accounts: readonly SimulatedAccount[];
  users: readonly string[];
  tell: (line: string) => void;
}
interface Span {
  scope: 'global' | 'account';
  scopeId: string;
  kind: HaltKind;
  from: number;
  to: number;
}

const fileSeenEveryMs = 500;
/** Re-arming waits until a STOP file that is gone counts as gone. */
const fileForgottenMs = 3_500;

/** Halts of every kind, of everything or of one account, begun and ended as people, the STOP file and the engine do. */
export class Halting {
  private readonly parts: Parts;
  /** Halts that were and are. */
  private readonly spans: Span[] = [];
  /** While the STOP file is there. */
  private file = false;
  /** One that stays to the end of the life. */
  private staying: Span | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** A halt of some kind begins and is re-armed a while later. */
  strike(): void {
    const { chance, clock } = this.parts;
    const span = this.begin();
    if (span !== null) clock.after(chance.between(1_000, 25_000), () => this.end(span));
  }

  /** A halt that is not re-armed any more: everything must be closed in it all the same. */
  strikeForGood(): void {
    if (this.parts.chance.happens(0.5)) this.staying = this.begin();
  }

  private begin(): Span | null {
    const { chance, store, clock, accounts, tell } = this.parts;
    const kind = chance.pick(haltKinds);
    const one = kind !== 'stop_file' && chance.happens(0.5) ? chance.pick(accounts).accountId : null;
    const span: Span = { scope: one === null ? 'global' : 'account', scopeId: one ?? '', kind, from: clock.now(), to: Infinity };
    if (this.spans.some((each) => each.to === Infinity && each.scope === span.scope && each.scopeId === span.scopeId && each.kind === kind)) return null;
    tell(`halted: ${kind} of ${one === null ? 'everything' : `account ${one}`}`);
    this.spans.push(span);
    void store.halt({ scope: span.scope, scopeId: span.scopeId, kind, code: kind === 'safe_mode' ? 'clock_skew' : null, reason: 'simulated', by: kind === 'paused' || kind === 'kill_switch' ? 'a person' : null });
    if (kind === 'stop_file') this.lookAtFile((this.file = true));
    if (kind === 'kill_switch') void this.kill(one, chance.happens(0.3));
    return span;
  }

  private lookAtFile(there: boolean): void {
    if (!there) return;
    void this.parts.store.seeStopFile();
    this.parts.clock.after(fileSeenEveryMs, () => this.lookAtFile(this.file));
  }

  /** The switch cancels every entry that rests or waits, and closes where that is wanted. */
  private async kill(accountId: string | null, closes: boolean): Promise<void> {
    const { traffic } = this.parts;
    if (closes) await traffic.closeAll(accountId);
    else await traffic.dropEntries(accountId);
    await traffic.removeWaiting(accountId);
  }

  private end(span: Span): void {
    const { clock, store, traffic, users, tell } = this.parts;
    if (span.to !== Infinity) return;
    if (span.kind === 'stop_file' && this.file) {
      this.file = false;
      return void clock.after(fileForgottenMs, () => this.end(span));
    }
    // The interface refuses to re-arm a kill switch while an entry is left that would go out then.
    if (span.kind === 'kill_switch' && this.leftovers(span)) {
      void traffic.dropEntries(span.scope === 'account' ? span.scopeId : null);
      return void clock.after(1_000, () => this.end(span));
    }
    tell(`re-armed: ${span.kind} of ${span.scopeId === '' ? 'everything' : `account ${span.scopeId}`}`);
    span.to = clock.now();
    void store.rearm({ scope: span.scope, scopeId: span.scopeId, kinds: [span.kind] });
    void traffic.lookAgain(users);
  }

  private leftovers({ scopeId }: Span): boolean {
    return [...this.parts.store.tables.orders.values()].some(({ accountId, order }) => order.role === 'entry' && order.status === 'ready' && (scopeId === '' || accountId === scopeId));
  }

  /** Every halt is re-armed, those of the engine too; the one that stays does. */
  calm(): void {
    const { store } = this.parts;
    for (const span of this.spans) if (span !== this.staying) this.end(span);
    for (const { scope, scopeId, kind } of haltsOf(store.tables)) {
      if (!this.spans.some((span) => span.to === Infinity && span.scope === scope && span.scopeId === scopeId && span.kind === kind)) void store.rearm({ scope, scopeId, kinds: [kind] });
    }
  }

  /** Invariant 12: an entry that the venue gets was not let go while new exposure was halted for its account. */
  checkEntry({ accountId, sendingAt, order }: OrderRow): void {
    if (sendingAt === null) return;
    const stands = [...this.spans, ...haltsOf(this.parts.store.tables).map(({ at, ...halt }) => ({ ...halt, from: at, to: Infinity }))];
    const halt = stands.find(({ scope, scopeId, from, to }) => (scope === 'global' || scopeId === accountId) && from < sendingAt && sendingAt < to);
    holds(12, halt === undefined, () => `the entry ${order.clientOrderId} was let go ${sendingAt - (halt?.from ?? 0)} ms after ${halt?.kind} of ${halt?.scopeId === '' ? 'everything' : `account ${accountId}`}`);
  }
}
