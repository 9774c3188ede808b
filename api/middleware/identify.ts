import { timingSafeEqual } from 'node:crypto';
import { parse } from 'cookie';
import type { IncomingMessage } from 'node:http';
import type pg from 'pg';
import { HttpFault } from '../http/fault.ts';
import type { Identity } from '../http/route.ts';
import { sessionOf, userByToken } from '../queries/people.query.ts';

/** Name of the session cookie. */
export const sessionCookie = 'tranche_session';

const idShape = /^[\w-]{20,100}$/;

/** Who sends this request, by Bearer token or session cookie; null when nobody we know. Works for HTTP requests and socket handshakes. */
export async function identify(pool: pg.Pool, request: Pick<IncomingMessage, 'headers'>): Promise<Identity | null> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const found = idShape.test(bearer) ? await userByToken(pool, bearer) : null;
    return found === null ? null : { user: found.user, by: { kind: 'token', id: found.tokenId } };
  }
  const cookie = parse(request.headers.cookie ?? '')[sessionCookie];
  if (cookie === undefined || !idShape.test(cookie)) return null;
  const session = await sessionOf(pool, cookie);
  return session === null ? null : { user: session.user, by: { kind: 'session', idHash: session.idHash, csrfToken: session.csrfToken } };
}

/** Throws unless a write that rests on a cookie carries the session's token: a foreign page can send our cookie, but not read this. */
export function requireCsrf(identity: Identity, header: string | undefined): void {
  if (identity.by.kind === 'token') return;
  const expected = Buffer.from(identity.by.csrfToken);
  const found = Buffer.from(header ?? '');
  if (found.length !== expected.length || !timingSafeEqual(found, expected))
    throw new HttpFault(403, 'csrf_invalid', 'The X-CSRF-Token header is missing or wrong; take csrfToken from the sign-in or from GET auth/session.');
}
