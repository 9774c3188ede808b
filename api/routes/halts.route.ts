import Joi from 'joi';
import { logCode } from '#shared/contracts/log-codes';
import type { Status, User } from '#shared/contracts/http';
import { haltKinds, type HaltKind } from '#shared/engine/pool/halts';
import { tellLive, type ApiDeps } from '../api-deps.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { count, id, input, shape, text } from '../http/schemas.ts';
import { killSwitch, pauseEntries, rearm, type Scope } from '../queries/halts.query.ts';
import { readStatus } from '../queries/status.query.ts';
import { statusShape } from './status.route.ts';

interface Pausing {
  reason: string;
  accountId?: string;
}
interface Resuming {
  reason?: string;
  accountId?: string;
  kind?: HaltKind;
}
interface Killing extends Pausing {
  closePositions: boolean;
  confirm?: string;
}

/** What has to be typed to close everything; for one account it is the account's name. */
const confirmAll = 'CLOSE ALL';

/** What stops new positions, and what lets them go on. */
export function haltRoutes(deps: ApiDeps): Route[] {
  const { log } = deps;
  const scopeOf = (user: User, accountId: string | undefined): Promise<Scope & { name: string }> => findScope(deps, user, accountId);
  return [
    route<{ body: Pausing }>({
      method: 'post',
      path: '/status/pause',
      tag: 'operation',
      summary: 'Halt: nothing new is entered, exits go on; of one account or of everything',
      access: 'trader',
      body: input({ reason: text().trim().min(1).default('Paused by an operator.'), accountId: id() }),
      response: statusShape,
      recorded: ({ body }) => ({ reason: body.reason, accountId: body.accountId }),
      async handler({ body, user }) {
        const scope = await scopeOf(user, body.accountId);
        await pauseEntries(deps, scope, body.reason, user.email);
        log.warn('system', `trading paused: ${scope.name}`, { userId: user.id, reason: body.reason });
        return announced(deps, user);
      },
    }),
    route<{ body: Resuming }>({
      method: 'post',
      path: '/status/resume',
      tag: 'operation',
      summary: 'End the halt: of one kind or of all, of one account or of everything; safe mode and kill switch ask for a reason, a STOP file must be gone',
      access: 'trader',
      body: input({ reason: text().trim().allow(''), accountId: id(), kind: Joi.string().valid(...haltKinds) }),
      response: statusShape,
      recorded: ({ body }) => ({ reason: body.reason, accountId: body.accountId, kind: body.kind }),
      async handler({ body, user }) {
        const scope = await scopeOf(user, body.accountId);
        const lifted = await rearm(deps, scope, body.kind === undefined ? haltKinds : [body.kind], body.reason);
        for (const halt of lifted) log.warn('system', `trading resumed: ${scope.name}, ${halt.kind.replace('_', ' ')} of ${new Date(halt.at).toISOString()} ended`, { userId: user.id, reason: body.reason });
        return announced(deps, user);
      },
    }),
    route<{ body: Killing }>({
      method: 'post',
      path: '/status/kill',
      tag: 'operation',
      summary: 'Kill switch: halt, cancel every entry that rests or waits, and close the positions too where asked; closing is confirmed with CLOSE ALL, or the name of the account',
      access: 'trader',
      body: input({ reason: text().trim().min(1).default('Kill switch.'), accountId: id(), closePositions: Joi.boolean().default(false), confirm: Joi.string().max(200) }),
      status: 202,
      response: shape({ status: Joi.string().valid('requested'), positions: count(), queued: count() }),
      recorded: ({ body }) => ({ reason: body.reason, accountId: body.accountId, closePositions: body.closePositions }),
      async handler({ body, user }) {
        const scope = await scopeOf(user, body.accountId);
        const word = scope.scope === 'global' ? confirmAll : scope.name;
        if (body.closePositions && body.confirm !== word) throw new HttpFault(400, 'invalid_request', 'Closing positions must be confirmed.', { errors: [{ path: 'confirm', message: `must be ${scope.scope === 'global' ? `"${word}"` : "the account's name"}` }] });
        const done = await killSwitch(deps, user, { scope, reason: body.reason, closePositions: body.closePositions });
        log.alert('system', `KILL SWITCH by ${user.email}: ${scope.name}; entries are cancelled${body.closePositions ? ', positions are closed' : ''}`, { userId: user.id, reason: body.reason, ...done, ...logCode(body.closePositions ? 'kill_switch_close' : 'kill_switch', { by: user.email, scope: scope.name }) });
        await announced(deps, user);
        return { status: 'requested', ...done };
      },
    }),
  ];
}

async function findScope({ pool }: ApiDeps, user: User, accountId: string | undefined): Promise<Scope & { name: string }> {
  if (accountId === undefined) return { scope: 'global', scopeId: '', name: 'everything' };
  const { rows } = await pool.query<{ name: string }>('select name from accounts where id = $1 and user_id = $2 and deleted_at is null', [accountId, user.id]);
  if (rows[0] === undefined) throw notFound('exchange account');
  return { scope: 'account', scopeId: accountId, name: rows[0].name };
}

/** The status as the caller sees it; other browsers are told to look. */
async function announced(deps: ApiDeps, user: User): Promise<Status> {
  tellLive(deps, { event: 'status', userId: null, id: 'engine', data: {} });
  return readStatus(deps, user);
}
