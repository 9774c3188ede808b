import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

/** Are two texts equal, in a time that does not depend on where they differ? */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * Does the alert prove that it knows the endpoint's secret: in its body, or by `X-Signature`, the HMAC-SHA256 of the raw body in
 * hexadecimal? Both are always computed, and a missing endpoint is compared with a random secret, so that the time tells nothing.
 */
export function alertIsAuthentic(expected: string | null, stated: unknown, signature: string | undefined, body: Buffer): boolean {
  const secret = expected ?? randomBytes(32).toString('hex');
  const bySecret = sameText(typeof stated === 'string' ? stated : '', secret) && typeof stated === 'string';
  const proof = createHmac('sha256', secret).update(body).digest('hex');
  const bySignature = sameText((signature ?? '').trim().toLowerCase().replace(/^sha256=/, ''), proof) && signature !== undefined;
  return expected !== null && (bySecret || bySignature);
}
