import type { LogFields } from '#shared/ports/system.port';

const secretName = /secret|password|passphrase|token|api_?key|signature|authorization|cookie|encryption|private_?key|database_?url|redis_?url|webhook_?url/i;
const hidden = '[redacted]';

/**
 * `text` without what must not be in a log: URL credentials and query strings (a venue's signed request carries its signature
 * there), `secret=...` pairs and JSON members with a secret's name, and the token in a Telegram or Discord address.
 */
export const redactText = (text: string): string =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${hidden}@`)
    .replace(/(\b(?:https?|wss?):\/\/[^\s?"'<>]*)\?[^\s"'<>]+/gi, `$1?${hidden}`)
    .replace(/\/bot\d+:[\w-]+/g, `/bot${hidden}`)
    .replace(/(\/api\/webhooks\/)\S+/g, `$1${hidden}`)
    .replace(/((?:secret|password|passphrase|token|api_?key|signature|listenKey|x-mbx-apikey)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, `$1${hidden}`)
    .replace(/(\bBearer\s+)\S+/gi, `$1${hidden}`);

/** Fields with secrets hidden, by name or by shape. */
export const redactFields = (fields: LogFields): LogFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value !== 'string' ? value : secretName.test(name) ? hidden : redactText(value)]));
