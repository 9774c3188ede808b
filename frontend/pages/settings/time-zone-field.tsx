import { Select } from 'antd';
import { offsetIn } from '../../data/zoned-time.ts';

interface TimeZoneFieldProps {
  id: string;
  value: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  onChange: (zone: string) => void;
}

/** `+02:00`, as the zone stands now. */
function aheadText(zone: string): string {
  const minutes = offsetIn(zone, new Date());
  const part = (of: number): string => String(Math.floor(of)).padStart(2, '0');
  return `UTC${minutes < 0 ? '\u2212' : '+'}${part(Math.abs(minutes) / 60)}:${part(Math.abs(minutes) % 60)}`;
}

/** Every time zone this browser knows, found by a part of its name; one it does not know can stay as it is. */
export function TimeZoneField({ value, onChange, ...shared }: TimeZoneFieldProps) {
  const zones = [...new Set(['UTC', value, ...Intl.supportedValuesOf('timeZone')])];
  return <Select {...shared} showSearch value={value} onChange={onChange} options={zones.map((zone) => ({ value: zone, label: zone }))} optionRender={({ value: zone }) => <span className="spread"><span>{zone}</span><span className="faint num">{aheadText(String(zone))}</span></span>} style={{ width: 280, maxWidth: '100%' }} />;
}
