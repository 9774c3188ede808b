import { expect } from 'chai';
import { onPreferences, parseChoices, preferences, setPreferences, suggestPreferences } from './preferences.ts';

describe('what a browser remembers', () => {
  it('starts dark where the system says nothing, in English, in UTC', () => expect(preferences()).to.deep.include({ theme: 'dark', language: 'en', times: 'utc', refreshMs: 500 }));

  const texts: [string, string | null, object][] = [
    ['nothing stored', null, {}],
    ['unreadable text', '{', {}],
    ['a list', '[]', {}],
    ['the word null', 'null', {}],
    ['values of another version', '{"theme":"pink","language":7,"refreshMs":1,"columnsHidden":3,"sound":true}', {}],
    ['one choice of two', '{"theme":"light","language":7}', { theme: 'light' }],
  ];
  for (const [name, text, choices] of texts) it(`takes ${JSON.stringify(choices)} out of ${name}`, () => expect(parseChoices(text)).to.deep.equal(choices));

  it('follows the settings of the installation only until the user has chosen', () => {
    const seen: string[] = [];
    const stop = onPreferences(() => seen.push(preferences().theme));
    suggestPreferences({ theme: 'light' });
    setPreferences({ language: 'uk' });
    setPreferences({ theme: 'dark' });
    suggestPreferences({ theme: 'light' });
    stop();
    expect(seen).to.deep.equal(['light', 'light', 'dark', 'dark']);
  });
});
