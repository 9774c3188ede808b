import type { ApiDeps } from '../api-deps.ts';
import type { Route } from '../http/route.ts';
import type { Intake } from '../intake/take-alert.ts';
import { accountRoutes } from './accounts.route.ts';
import { authRoutes } from './auth.route.ts';
import { configRoutes } from './config.route.ts';
import { haltRoutes } from './halts.route.ts';
import { logRoutes } from './logs.route.ts';
import { marketRoutes, type CandleReader } from './market.route.ts';
import { orderRoutes } from './orders.route.ts';
import { peopleRoutes } from './people.route.ts';
import { positionRoutes } from './positions.route.ts';
import { queueRoutes } from './queue.route.ts';
import { reconciliationRoutes } from './reconciliation.route.ts';
import { riskRoutes } from './risk.route.ts';
import { signalRoutes } from './signals.route.ts';
import { statusRoutes } from './status.route.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.route.ts';

/** Every operation of the REST interface but the webhook itself. */
export const apiRoutes = (deps: ApiDeps, intake: Intake, candles: CandleReader): Route[] => [
  ...authRoutes(deps),
  ...peopleRoutes(deps),
  ...webhookEndpointRoutes(deps, intake),
  ...signalRoutes(deps),
  ...accountRoutes(deps),
  ...positionRoutes(deps),
  ...queueRoutes(deps),
  ...riskRoutes(deps),
  ...reconciliationRoutes(deps),
  ...orderRoutes(deps),
  ...marketRoutes(deps, candles),
  ...configRoutes(deps),
  ...statusRoutes(deps),
  ...haltRoutes(deps),
  ...logRoutes(deps),
];
