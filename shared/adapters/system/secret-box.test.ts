import { expect } from 'chai';
import { createSecretBox, SecretUnreadable } from './secret-box.ts';

const key = '0123456789abcdef'.repeat(4);
const box = createSecretBox(key);

describe('secret box', () => {
  it('opens what it sealed', () => {
    for (const text of ['', 'secret', 'пароль 🚀', 'x'.repeat(100_000)]) expect(box.open(box.seal(text, 'accounts:1'), 'accounts:1')).to.equal(text);
    expect(createSecretBox(key).open(box.seal('other process', 'a'), 'a')).to.equal('other process');
  });
  it('gives another ciphertext every time, without the text in it', () => {
    const [a, b] = [box.seal('same secret', 'a'), box.seal('same secret', 'a')];
    expect(a.equals(b)).to.equal(false);
    expect(a.includes('same secret')).to.equal(false);
  });
  it('does not open for another row or under another key (R-756)', () => {
    const sealed = box.seal('secret', 'accounts:1');
    expect(() => box.open(sealed, 'accounts:2')).to.throw(SecretUnreadable, 'accounts:2');
    expect(() => createSecretBox('f'.repeat(64)).open(sealed, 'accounts:1')).to.throw(SecretUnreadable, 'ENCRYPTION_KEY');
  });
  it('does not open with any bit changed, or cut short', () => {
    const sealed = box.seal('secret', 'a');
    for (let at = 0; at < sealed.length; at += 1)
      for (const bit of [1, 128]) {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ bit;
        expect(() => box.open(changed, 'a'), `byte ${at}`).to.throw(SecretUnreadable);
        expect(() => box.open(sealed.subarray(0, at), 'a')).to.throw(SecretUnreadable);
      }
  });
  for (const bad of ['', 'short', 'zz'.repeat(32), 'ab'.repeat(33)]) it(`refuses the key ${JSON.stringify(bad.slice(0, 8))}`, () => expect(() => createSecretBox(bad)).to.throw(RangeError, '64 hexadecimal'));
});
