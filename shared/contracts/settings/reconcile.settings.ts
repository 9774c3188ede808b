import { choice, flag, group, whole } from './schema-parts.ts';

/** How accounts are compared with their venues, and what is done about what nobody here has made. */
export interface ReconcileSettings {
  reconciliation: { interval_seconds: number; orphan_orders: 'cancel' | 'report'; orphan_positions: 'stop' | 'ask'; rearm_after_clean: boolean };
}

export const reconcileSettings = {
  reconciliation: group(
    {
      interval_seconds: whole(3600, 60, 86_400, 'Seconds between two full comparisons that leave a report; shorter looks in between go on.'),
      orphan_orders: choice('cancel', ['cancel', 'report'], 'An order of this installation that no position wants is cancelled, or a person is asked.'),
      orphan_positions: choice('stop', ['stop', 'ask'], 'A position nobody here has opened gets an emergency stop 2 % from its entry until a person decides, or a person is only asked.'),
      rearm_after_clean: flag(false, 'A comparison without differences ends the safe mode of an account that such differences or unreadable answers began.'),
    },
    'Comparing accounts with their venues',
  ),
};
