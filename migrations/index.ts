import type { Knex } from 'knex';
import * as createCore from './0001_create_core.ts';
import * as createSim from './0002_create_sim.ts';
import * as createLogRows from './0003_create_log_rows.ts';
import * as createBusPayloads from './0004_create_bus_payloads.ts';
import * as createMarketFeed from './0005_create_market_feed.ts';
import * as createAcknowledgements from './0006_create_acknowledgements.ts';
import * as createRateWindows from './0007_create_rate_windows.ts';
import * as countOpenLegs from './0008_count_open_legs.ts';
import * as planSignals from './0009_plan_signals.ts';
import * as addOrderSlippage from './0010_add_order_slippage.ts';
import * as addConfigHistory from './0011_add_config_history.ts';
import * as keepSignalStop from './0012_keep_signal_stop.ts';
import * as addMarketTimeToFills from './0013_add_market_time_to_fills.ts';
import * as createRisks from './0014_create_risks.ts';
import * as tellHaltsApart from './0015_tell_halts_apart.ts';
import * as keepKeyCanary from './0016_keep_key_canary.ts';
import * as createReconciles from './0017_create_reconciles.ts';
import * as indexOutboxOrders from './0018_index_outbox_orders.ts';
import * as stampStanding from './0019_stamp_standing.ts';
import * as hearDeployments from './0020_hear_deployments.ts';
import * as indexClosedHoldings from './0021_index_closed_holdings.ts';
import * as noteRearms from './0022_note_rearms.ts';
import * as findOpenGroups from './0023_find_open_groups.ts';

/** One step of the schema. */
export interface Migration {
  /** File name without extension: the ledger must read the same from source and from `dist`. */
  name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** All migrations, in the order in which they run. A published one never changes; a correction is a new one. */
export const migrations: readonly Migration[] = [
  { name: '0001_create_core', ...createCore },
  { name: '0002_create_sim', ...createSim },
  { name: '0003_create_log_rows', ...createLogRows },
  { name: '0004_create_bus_payloads', ...createBusPayloads },
  { name: '0005_create_market_feed', ...createMarketFeed },
  { name: '0006_create_acknowledgements', ...createAcknowledgements },
  { name: '0007_create_rate_windows', ...createRateWindows },
  { name: '0008_count_open_legs', ...countOpenLegs },
  { name: '0009_plan_signals', ...planSignals },
  { name: '0010_add_order_slippage', ...addOrderSlippage },
  { name: '0011_add_config_history', ...addConfigHistory },
  { name: '0012_keep_signal_stop', ...keepSignalStop },
  { name: '0013_add_market_time_to_fills', ...addMarketTimeToFills },
  { name: '0014_create_risks', ...createRisks },
  { name: '0015_tell_halts_apart', ...tellHaltsApart },
  { name: '0016_keep_key_canary', ...keepKeyCanary },
  { name: '0017_create_reconciles', ...createReconciles },
  { name: '0018_index_outbox_orders', ...indexOutboxOrders },
  { name: '0019_stamp_standing', ...stampStanding },
  { name: '0020_hear_deployments', ...hearDeployments },
  { name: '0021_index_closed_holdings', ...indexClosedHoldings },
  { name: '0022_note_rearms', ...noteRearms },
  { name: '0023_find_open_groups', ...findOpenGroups },
];
