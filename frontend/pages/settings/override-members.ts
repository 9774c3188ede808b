import type { TpOverride } from '#shared/contracts/settings';

/** What a rule for other take-profits has, in the order of the columns. */
export const overrideMembers = ['symbol', 'timeframe', 'strategy', 'pyramid', 'tp_mode', 'tp_percent'] as const satisfies readonly (keyof TpOverride)[];
