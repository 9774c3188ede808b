import { createHash } from 'node:crypto';
import { redactText } from '#shared/adapters/system/redaction';
import type { ExactDocument } from '#shared/contracts/exact-json';

/** The text of a body in the encoding its content type names, UTF-8 otherwise; null when it is not text in it. */
export function decodeBody(body: Buffer, contentType: string | undefined): string | null {
  const charset = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    // The mark is kept, so that places in the text stay places in the text.
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

const secretKey = /secret|passphrase|password|token|api_?key|signature/i;
const hidden = '"[redacted]"';

/** The body as it may be stored: without any value whose key sounds like a secret, and without the endpoint's own secret anywhere. */
export function redactBody(body: Buffer, text: string | null, document: ExactDocument | null, ownSecret: string | null): Buffer {
  if (text === null) return Buffer.from(`[${body.length} bytes that are not text, sha256 ${createHash('sha256').update(body).digest('hex')}]`);
  if (document === null) return Buffer.from(redactText(ownSecret === null ? text : text.replaceAll(ownSecret, '[redacted]')));
  let result = text;
  for (const span of document.spans.filter(({ key }) => secretKey.test(key)).sort((a, b) => b.start - a.start)) result = result.slice(0, span.start) + hidden + result.slice(span.end);
  return Buffer.from(ownSecret === null ? result : result.replaceAll(ownSecret, '[redacted]'));
}
