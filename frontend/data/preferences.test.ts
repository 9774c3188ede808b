import { expect } from 'chai';
import { onPreferences, parsePreferences, preferences, setPreferences, suggestPreferences } from './preferences.ts';

describe('what a browser remembers', () => {
  it('starts dark, in English, in UTC', () => expect(parsePreferences(null)).to.deep.include({ theme: 'dark', language: 'en', times: 'utc', refreshMs: 500 }));

  const texts: [string, string][] = [['unreadable text', '{'], ['a list', '[]'], ['nothing', 'null'], ['values of another version', '{"theme":"pink","language":7,"refreshMs":1,"columnsHidden":3}']];
  for (const [name, text] of texts) it(`takes the defaults for ${name}`, () => expect(parsePreferences(text)).to.deep.include({ theme: 'dark', language: 'en', refreshMs: 500, columnsHidden: {} }));

  it('follows the settings of the installation only until the user has chosen', () => {
    const seen: string[] = [];
    const stop = onPreferences(() => seen.push(preferences().theme));
    suggestPreferences({ theme: 'light' });
    setPreferences({ theme: 'dark' });
    suggestPreferences({ theme: 'light' });
    stop();
    expect(seen).to.deep.equal(['light', 'dark']);
  });
});
