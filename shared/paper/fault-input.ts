import { ControlFault, type Fields } from './control-input.ts';
import { requestFaults, streamFaults, type Fault, type FaultKind, type FaultMatch } from './fault-switches.ts';

const kinds: readonly FaultKind[] = [...requestFaults, ...streamFaults];

/**
 * Reads `{kind, times?, probability?, seed?, durationMs?, match?: {endpoint, symbol, apiKey, market, stream}, ...}`. Once is the rule:
 * without times, probability and duration a fault strikes one time; a mute stream stays mute until the fault is deleted.
 */
export function readFault(fields: Fields, now: number): Omit<Fault, 'id' | 'hits'> {
  const kind = kinds.find((each) => each === fields.raw('kind'));
  if (kind === undefined) throw new ControlFault(`kind: found ${JSON.stringify(fields.raw('kind'))}, expected one of ${kinds.join(', ')}`);
  const probability = fields.number('probability', 1);
  if (probability <= 0 || probability > 1) throw new ControlFault(`probability: found ${probability}, expected a number above 0 and up to 1`);
  const times = fields.optionalNumber('times');
  if (times !== undefined && (!Number.isInteger(times) || times < 1)) throw new ControlFault(`times: found ${times}, expected a whole number from 1`);
  const duration = fields.optionalNumber('durationMs');
  const parts = fields.number('parts', 2);
  if (!Number.isInteger(parts) || parts < 2 || parts > 1000) throw new ControlFault(`parts: found ${parts}, expected a whole number from 2 to 1000`);
  const lasting = kind === 'mute-stream' || fields.has('probability') || duration !== undefined;
  const code = fields.optionalNumber('code');
  return {
    kind,
    match: readMatch(fields.object('match')),
    times: times ?? (lasting ? null : 1),
    probability,
    seed: fields.number('seed', 1),
    delayMs: fields.number('delayMs', kind === 'delay' ? 1000 : 0),
    parts,
    status: fields.number('status', 400),
    code: code ?? null,
    message: fields.optionalText('message') ?? null,
    retryAfterSeconds: fields.number('retryAfterSeconds', kind === '418' ? 120 : 1),
    until: duration === undefined ? null : now + duration,
  };
}

function readMatch(fields: Fields | null): FaultMatch {
  if (fields === null) return {};
  const stream = fields.optionalText('stream');
  if (stream !== undefined && stream !== 'user' && stream !== 'market') throw new ControlFault(`match.stream: found "${stream}", expected user or market`);
  const unknown = fields.names().find((name) => !['endpoint', 'symbol', 'apiKey', 'market', 'stream'].includes(name));
  if (unknown !== undefined) throw new ControlFault(`match.${unknown}: found a field nobody reads, expected endpoint, symbol, apiKey, market or stream`);
  const endpoint = fields.optionalText('endpoint');
  const apiKey = fields.optionalText('apiKey');
  const market = fields.optionalMarket('market');
  return { ...(endpoint === undefined ? {} : { endpoint }), ...(fields.has('symbol') ? { symbol: fields.symbol('symbol') } : {}), ...(apiKey === undefined ? {} : { apiKey }), ...(market === undefined ? {} : { market }), ...(stream === undefined ? {} : { stream }) };
}
