import { InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Unit } from './settings-tree.ts';

interface NumberInputProps {
  id?: string | undefined;
  value: number | null | undefined;
  unit?: Unit;
  step?: number;
  width?: number;
  placeholder?: string | undefined;
  label?: string | undefined;
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  disabled?: boolean | undefined;
  onChange: (value: number | null) => void;
}

/** A decimal comma is a point: without this `1,5` would be read as 15. */
const readNumber = (text: string | undefined): number => (text ?? '').replaceAll(/\s/g, '').replace(',', '.') as unknown as number;

/** A number with its unit in the field. What is out of bounds stays as it was typed, so that it can be told and mended; nothing is corrected in silence. */
export function NumberInput({ id, value, unit = null, step = 1, width = 168, placeholder, label, describedBy, invalid = false, disabled, onChange }: NumberInputProps) {
  const { t } = useTranslation();
  return (
    <InputNumber
      id={id}
      value={value ?? null}
      step={step}
      changeOnWheel={false}
      parser={readNumber}
      suffix={unit === null ? undefined : t(`unit.${unit}`)}
      placeholder={placeholder}
      disabled={disabled}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      {...(invalid && { status: 'error' as const })}
      onChange={(next) => onChange(typeof next === 'number' ? next : null)}
      style={{ width }}
    />
  );
}
