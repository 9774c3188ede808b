import { expect } from 'chai';
import { palettes, type Palette } from './palette.ts';

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const texts: (keyof Palette)[] = ['text', 'textSoft', 'textFaint', 'accentText', 'profit', 'loss', 'warning', 'error', 'risk'];
const grounds: (keyof Palette)[] = ['ground', 'surface', 'raised'];
const washes: [keyof Palette, keyof Palette][] = [['profit', 'profitWash'], ['loss', 'lossWash'], ['warning', 'warningWash'], ['error', 'errorWash'], ['risk', 'riskWash'], ['accentText', 'accentWash'], ['text', 'errorWash'], ['text', 'warningWash']];

describe('contrast of the palette (WCAG AA, 4.5:1)', () => {
  for (const theme of ['dark', 'light'] as const) {
    const palette = palettes[theme];
    const pairs = [...texts.flatMap((text) => grounds.map((ground): [keyof Palette, keyof Palette] => [text, ground])), ...washes];
    for (const [text, ground] of pairs) {
      it(`${theme}: ${text} on ${ground}`, () => expect(contrast(palette[text], palette[ground])).to.be.at.least(4.5));
    }
    for (const fill of ['accent', 'live'] as const) it(`${theme}: white on ${fill}`, () => expect(contrast('#ffffff', palette[fill])).to.be.at.least(4.5));
  }
});
