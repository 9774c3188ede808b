import { ControlOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { setPreferences, usePreferences } from '../data/preferences.ts';

/** Which columns of a table are shown; this browser remembers it. */
export function ColumnChoice({ table, columns }: { table: string; columns: { key: string; title: string }[] }) {
  const { t } = useTranslation();
  const { columnsHidden } = usePreferences();
  const hidden = columnsHidden[table] ?? [];
  const content = (
    <div className="column" style={{ gap: 6 }}>
      {columns.map(({ key, title }) => (
        <Checkbox
          key={key}
          checked={!hidden.includes(key)}
          onChange={(event) => setPreferences({ columnsHidden: { ...columnsHidden, [table]: event.target.checked ? hidden.filter((each) => each !== key) : [...hidden, key] } })}
        >
          {title}
        </Checkbox>
      ))}
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight">
      <Button icon={<ControlOutlined />} aria-label={t('action.columns')}><span className="medium-only">{t('action.columns')}</span></Button>
    </Popover>
  );
}
