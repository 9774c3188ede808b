import { ArrowRightOutlined } from '@ant-design/icons';
import type { SettingsChange } from '#shared/contracts/http';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingWords } from './setting-words.ts';

/** What changed, setting by setting: before, after, and what the caller has to say of each. */
export function ChangeTable<Change extends SettingsChange>({ changes, words, heads, last }: { changes: readonly Change[]; words: SettingWords; heads: { before: string; after: string; last?: string }; last?: (change: Change) => ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x">
      <table className="change-table">
        <thead><tr><th>{t('settings.setting')}</th><th>{heads.before}</th><th className="change-arrow"><span className="visually-hidden">{'\u2192'}</span></th><th>{heads.after}</th>{last === undefined ? null : <th>{heads.last}</th>}</tr></thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path} data-path={change.path}>
              <td className="change-name"><div>{words.label(change.path)}</div><div className="mono faint">{change.path}</div></td>
              <td className="change-value soft" data-label={heads.before}>{words.value(change.path, change.before)}</td>
              <td className="change-arrow"><ArrowRightOutlined className="faint" aria-hidden="true" /></td>
              <td className="change-value" data-label={heads.after}><b>{words.value(change.path, change.after)}</b></td>
              {last === undefined ? null : <td className="change-last" data-label={heads.last}>{last(change)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
