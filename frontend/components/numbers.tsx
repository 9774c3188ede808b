import { useEffect, useRef, useState, type ReactNode } from 'react';
import { compareDecimals, formatDecimal, signOf } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';

/** What stands where a value is not known (yet). */
export function Missing() {
  return <span className="faint">{'\u2013'}</span>;
}

/** A number that lights up once when it changes and fades; it never blinks. */
export function Fading({ value, children }: { value: string; children: ReactNode }) {
  const before = useRef(value);
  const [fade, setFade] = useState<{ run: number; kind: 'up' | 'down' } | null>(null);
  useEffect(() => {
    if (before.current === value) return;
    const kind = compareDecimals(value, before.current) >= 0 ? 'up' : 'down';
    before.current = value;
    setFade((last) => ({ run: (last?.run ?? 0) + 1, kind }));
  }, [value]);
  // A new key starts the animation again.
  return (
    <span key={fade?.run ?? 0} className={fade === null ? 'fading' : `fading fade-${fade.kind}`}>
      {children}
    </span>
  );
}

interface NumberProps {
  value: string | null | undefined;
  decimals?: number | undefined;
  unit?: string | undefined;
  fade?: boolean;
}

/** A price, quantity or amount in tabular figures, in the language of the page. */
export function Num({ value, decimals, unit, fade = false }: NumberProps) {
  const { language } = usePreferences();
  if (value === null || value === undefined) return <Missing />;
  const text = formatDecimal(value, { decimals, language });
  return (
    <span className="num">
      {fade ? <Fading value={value}>{text}</Fading> : text}
      {unit === undefined ? null : <span className="unit-after">{unit}</span>}
    </span>
  );
}

/** Profit or loss: colour and sign, never colour alone. */
export function Pnl({ value, decimals = 2, unit, fade = false }: NumberProps) {
  const { language } = usePreferences();
  if (value === null || value === undefined) return <Missing />;
  const text = formatDecimal(value, { decimals, language, signed: true });
  const sign = signOf(value);
  const tone = sign > 0 ? 'profit' : sign < 0 ? 'loss' : 'soft';
  return (
    <span className={`num ${tone}`}>
      {fade ? <Fading value={value}>{text}</Fading> : text}
      {unit === undefined ? null : <span className={unit === '%' ? 'faint' : 'unit-after'}>{unit}</span>}
    </span>
  );
}
