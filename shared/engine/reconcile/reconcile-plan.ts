import type { PrecisionPlan } from '../instrument/precision-plan.ts';

/** How accounts are compared with their venues, and what is done about what nobody here has made. */
export interface ReconcilePlan {
  /** A full comparison is made and its report kept this often, though nothing differs. */
  reportEveryMs: number;
  /** An order of our scheme that no group wants is cancelled, or a person is asked. */
  orphanOrders: 'cancel' | 'report';
  /** A position nobody here has opened has an emergency stop until a person decides, or none (A-65, E-48). */
  orphanPositions: 'stop' | 'ask';
  /** A comparison without differences ends an account's safe mode, as far as it disproves the cause. */
  rearmAfterClean: boolean;
  /** By which rules an emergency stop is put on the tick. */
  precision: PrecisionPlan;
}
