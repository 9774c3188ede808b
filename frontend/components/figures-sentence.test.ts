import { expect } from 'chai';
import { logFigures, type LogCode } from '#shared/contracts/log-codes';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figuresSentence, placesOf } from './figures-sentence.ts';

type Sentences = Record<'riskReason' | 'riskReasonWith' | 'riskStop' | 'riskStopWith' | 'logSaid', Record<string, string>>;
const locale = (language: string): Sentences => JSON.parse(readFileSync(join(import.meta.dirname, `../locales/${language}.json`), 'utf8')) as Sentences;

/** The figures the engine gives with each code. */
const given: { [group in 'riskReasonWith' | 'riskStopWith']: Record<string, string[]> } = {
  riskReasonWith: {
    not_covered: ['covered', 'required', 'used', 'winners'],
    below_min_close_notional: ['symbol', 'quantity', 'worth', 'least', 'quote'],
    below_exchange_minimum: ['symbol', 'detail'],
    rounds_used: ['rounds'],
  },
  riskStopWith: {
    group_closed: ['because'],
    group_closing: ['because'],
    no_profit_left: ['pnl', 'quote'],
    too_small: ['detail'],
    refused_by_venue: ['message'],
    overtaken: ['sold', 'quantity'],
    no_answer: ['seconds'],
    slippage_exceeded: ['percent'],
    nothing_realised: ['realised', 'required'],
    not_covered: ['realised', 'required'],
  },
};

describe('sentences with the figures of the risk engine', () => {
  for (const language of ['en', 'uk']) {
    it(`${language}: a sentence for each code, with places for its figures and no others`, () => {
      const words = locale(language);
      for (const group of ['riskReasonWith', 'riskStopWith'] as const) {
        expect(Object.keys(words[group]).sort()).to.deep.equal(Object.keys(given[group]).sort());
        for (const [code, sentence] of Object.entries(words[group])) {
          expect(placesOf(sentence), `${group}.${code}`).to.have.members(placesOf(locale('en')[group][code] ?? ''));
          expect(given[group][code], `${group}.${code}`).to.include.members(placesOf(sentence));
          expect(words[group === 'riskStopWith' ? 'riskStop' : 'riskReason'], 'for rows without figures').to.have.property(code);
        }
      }
    });
  }
  for (const language of ['en', 'uk']) {
    it(`${language}: a sentence for each code of the log, with places for its figures and no others`, () => {
      const { logSaid } = locale(language);
      expect(Object.keys(logSaid).sort()).to.deep.equal(Object.keys(logFigures).sort());
      for (const [code, sentence] of Object.entries(logSaid)) expect(logFigures[code as LogCode], code).to.include.members(placesOf(sentence));
    });
  }
  it('is told without figures where one is missing or empty, or where the code is new', () => {
    const sentences = { slipped: 'slipped {{percent}} %' };
    expect(figuresSentence(sentences, 'slipped', { percent: '1.1', step: '0' })).to.deep.equal({ percent: '1.1' });
    expect([figuresSentence(sentences, 'slipped', {}), figuresSentence(sentences, 'slipped', { percent: '' }), figuresSentence(sentences, 'moon', { percent: '1' })]).to.deep.equal([null, null, null]);
  });
});
