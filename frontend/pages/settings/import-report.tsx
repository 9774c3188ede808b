import type { SettingsWarning } from '#shared/contracts/http';
import type { TFunction } from 'i18next';
import type { FieldError } from '../../data/api-client.ts';
import type { SettingWords } from './setting-words.ts';

const nameOf = (path: string, words: SettingWords): string | null => (path === '$' || !path.includes('.') ? null : words.label(path));

/** What of a document was not taken word for word. */
export function importWarnings(warnings: readonly SettingsWarning[], words: SettingWords, t: TFunction) {
  return (
    <ul className="import-report">
      {warnings.map(({ path, code, message }) => (
        <li key={`${path} ${code}`}>
          <b>{t(`settingImport.code.${code}`)}</b>{nameOf(path, words) === null ? null : <span className="soft"> · {nameOf(path, words)}</span>}
          <div className="soft">{message}</div>
        </li>
      ))}
    </ul>
  );
}

/** What is wrong with a document that was refused whole. */
export function importFaults(faults: readonly FieldError[], words: SettingWords, lead: string) {
  return (
    <>
      <p>{lead}</p>
      <ul className="import-report">{faults.map(({ path, message }) => <li key={`${path} ${message}`}>{nameOf(path, words) === null ? null : <b>{nameOf(path, words)}</b>}<div className="soft">{message}</div></li>)}</ul>
    </>
  );
}
