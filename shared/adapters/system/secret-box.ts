import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Seals secrets for storage and opens them again. */
export interface SecretBox {
  /** Ciphertext of `text`, bound to `purpose`: it opens only under the same one. */
  seal(text: string, purpose: string): Buffer;
  /** Throws `SecretUnreadable` when the key or the purpose is another one, or the ciphertext was changed. */
  open(sealed: Buffer, purpose: string): string;
}

/** A stored secret cannot be read, most often because ENCRYPTION_KEY is not the one it was stored under. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  constructor(purpose: string) {
    super(`the stored secret of ${purpose} cannot be opened with this ENCRYPTION_KEY; enter it again`);
  }
}

const version = 1;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under a key of its own for every secret, derived by HKDF from ENCRYPTION_KEY and a random salt: no nonce can repeat under
 * one key however many secrets there are. The purpose (`accounts:7`) is authenticated, so that a ciphertext moved to another row does
 * not open. Layout: version 1, salt 16, nonce 12, tag 16, ciphertext.
 */
export function createSecretBox(encryptionKey: string): SecretBox {
  const master = Buffer.from(encryptionKey, 'hex');
  if (master.length !== 32) throw new RangeError('ENCRYPTION_KEY must be 64 hexadecimal digits');
  const keyOf = (salt: Buffer): Buffer => Buffer.from(hkdfSync('sha256', master, salt, 'tranche secret box', 32));

  return {
    seal(text, purpose) {
      const salt = randomBytes(saltBytes);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(salt), nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), salt, nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, purpose) {
      try {
        if (sealed[0] !== version) throw new SecretUnreadable(purpose);
        const salt = sealed.subarray(1, 1 + saltBytes);
        const nonce = sealed.subarray(1 + saltBytes, 1 + saltBytes + nonceBytes);
        const tag = sealed.subarray(1 + saltBytes + nonceBytes, 1 + saltBytes + nonceBytes + tagBytes);
        const cipher = createDecipheriv('aes-256-gcm', keyOf(salt), nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(purpose)).setAuthTag(tag);
        return Buffer.concat([cipher.update(sealed.subarray(1 + saltBytes + nonceBytes + tagBytes)), cipher.final()]).toString('utf8');
      } catch {
        throw new SecretUnreadable(purpose);
      }
    },
  };
}
