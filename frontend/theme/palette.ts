import type { Theme } from '../data/preferences.ts';

/**
 * Every colour of the app, by meaning. Each text colour holds at least 4.5:1 against `surface` and `ground` of its theme
 * (`palette.test.ts` measures it).
 */
export interface Palette {
  ground: string;
  surface: string;
  raised: string;
  line: string;
  lineStrong: string;
  text: string;
  textSoft: string;
  textFaint: string;
  /** Fill of primary buttons and selected things; white stands on it. */
  accent: string;
  /** The same accent as text and thin lines. */
  accentText: string;
  accentWash: string;
  profit: string;
  profitWash: string;
  loss: string;
  lossWash: string;
  warning: string;
  warningWash: string;
  error: string;
  errorWash: string;
  risk: string;
  riskWash: string;
  paper: string;
  testnet: string;
  live: string;
}

export const palettes: Record<Theme, Palette> = {
  dark: {
    ground: '#0a0d12',
    surface: '#11161d',
    raised: '#18202a',
    line: '#212a36',
    lineStrong: '#35414f',
    text: '#e6ebf2',
    textSoft: '#a3afbf',
    textFaint: '#8391a5',
    accent: '#2467d6',
    accentText: '#72adff',
    accentWash: '#16263f',
    profit: '#35c48d',
    profitWash: '#10281f',
    loss: '#ff6f86',
    lossWash: '#301820',
    warning: '#f0ad45',
    warningWash: '#2c2312',
    error: '#ff7272',
    errorWash: '#331a1d',
    risk: '#b99aff',
    riskWash: '#231d38',
    paper: '#43c0cf',
    testnet: '#f0ad45',
    live: '#d21f43',
  },
  light: {
    ground: '#f2f4f7',
    surface: '#ffffff',
    raised: '#f6f8fa',
    line: '#dde3ea',
    lineStrong: '#b9c3cf',
    text: '#141b24',
    textSoft: '#475466',
    textFaint: '#5f6d80',
    accent: '#1c5fd4',
    accentText: '#1a59c7',
    accentWash: '#e6effd',
    profit: '#0b7448',
    profitWash: '#e2f4ec',
    loss: '#c0223d',
    lossWash: '#fdeaed',
    warning: '#8f5300',
    warningWash: '#fdf1da',
    error: '#c0222b',
    errorWash: '#fdeaea',
    risk: '#6a3cc2',
    riskWash: '#f0eafc',
    paper: '#0b6f7d',
    testnet: '#f0ad45',
    live: '#d21f43',
  },
};

/** `--tr-accent-wash` and so on, for the style sheets. */
export function cssVariables(palette: Palette): Record<string, string> {
  return Object.fromEntries(Object.entries(palette).map(([name, value]) => [`--tr-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value as string]));
}
