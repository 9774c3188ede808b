import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

/** The search of a page (`/` puts the cursor here). `delayMs` keeps a server from being asked at every letter. */
export function SearchField({ value, onSearch, label, delayMs = 0, width = 220 }: { value: string; onSearch: (text: string) => void; label: string; delayMs?: number; width?: number }) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Cleared or changed from outside.
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onSearch(text);
    }, delayMs);
    return () => clearTimeout(timer);
  }, [text, onSearch, delayMs]);
  return (
    <span data-search style={{ width, maxWidth: '100%' }}>
      <Input
        allowClear
        prefix={<SearchOutlined className="faint" />}
        suffix={text === '' ? <kbd className="in-field">/</kbd> : null}
        placeholder={label}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </span>
  );
}
