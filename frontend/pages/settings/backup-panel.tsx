import { CloseCircleFilled, DownloadOutlined, FileDoneOutlined, FileSyncOutlined, UndoOutlined, UploadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { useProblemText } from '../../components/states.tsx';
import { ApiProblem } from '../../data/api-client.ts';
import { exportConfig, useImportConfig, useImportMirror, useResetConfig, type Answer, type Config } from '../../data/use-config.ts';
import { importFaults, importWarnings } from './import-report.tsx';
import type { SettingWords } from './setting-words.ts';

/** Everything that replaces the draft as a whole, and the way to take the configuration along. */
export function useBackup(words: SettingWords, onDraft: (answer: Answer) => void) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const problemText = useProblemText();
  const importing = useImportConfig();
  const mirror = useImportMirror();
  const reset = useResetConfig();
  const failed = (error: unknown): void => {
    if (error instanceof ApiProblem && error.errors.length > 0) void modal.error({ title: t('settingImport.refused'), width: 640, content: importFaults(error.errors, words, t('settingImport.refusedText')) });
    else void message.error(problemText(error), 8);
  };
  const taken = (answer: Answer): void => {
    onDraft(answer);
    if (answer.warnings.length === 0) void message.success(t('settings.imported'));
    else void modal.warning({ title: t('settingImport.taken'), width: 640, content: importWarnings(answer.warnings, words, t) });
  };
  return {
    importFile: async (file: File): Promise<void> => {
      try {
        taken(await importing.mutateAsync(JSON.parse(await file.text())));
      } catch (error) {
        if (error instanceof SyntaxError) void message.error(t('settings.importUnreadable'));
        else failed(error);
      }
    },
    askMirror: () => void modal.confirm({ title: t('backup.mirrorTitle'), content: t('backup.mirrorText'), okText: t('backup.mirrorImport'), cancelText: t('action.cancel'), onOk: () => mirror.mutateAsync().then(taken, failed) }),
    askReset: () => void modal.confirm({ title: t('settings.resetTitle'), content: t('settings.resetText'), okText: t('settings.reset'), cancelText: t('action.cancel'), onOk: () => reset.mutateAsync().then((answer) => { onDraft(answer); void message.success(t('settings.resetDone')); }, failed) }),
    export: () => void exportConfig().catch(failed),
  };
}

/** Export, import, reset, and how the file of the configuration in the data directory stands. */
export function BackupPanel({ config, backup }: { config: Pick<Config, 'mirror'>; backup: ReturnType<typeof useBackup> }) {
  const { t } = useTranslation();
  const file = useRef<HTMLInputElement>(null);
  const { mirror } = config;
  return (
    <section className="settings-panel" aria-label={t('backup.title')}>
      <h3>{t('backup.title')}</h3>
      <div className="row wrap">
        <Button icon={<DownloadOutlined />} onClick={backup.export}>{t('settings.export')}</Button>
        <Button icon={<UploadOutlined />} onClick={() => file.current?.click()}>{t('settings.import')}</Button>
        <Button icon={<UndoOutlined />} onClick={backup.askReset}>{t('settings.reset')}</Button>
        <input ref={file} type="file" accept="application/json,.json" hidden aria-label={t('settings.import')} onChange={(event) => { const chosen = event.target.files?.[0]; event.target.value = ''; if (chosen !== undefined) void backup.importFile(chosen); }} />
      </div>
      <p className="setting-help">{t('backup.text')}</p>
      <div className="mirror-state">
        {mirror.fault === null ? <FileDoneOutlined className="soft" /> : <CloseCircleFilled className="loss" />}
        <div className="column grow" style={{ gap: 2 }}>
          <span>{mirror.file === null ? t('backup.mirrorNone') : <><span className="mono mirror-file">{mirror.file}</span>{mirror.writtenAt === null ? null : <span className="soft"> · {t('backup.mirrorWritten')} <TimeAgo at={mirror.writtenAt} /></span>}</>}</span>
          {mirror.fault === null ? <span className="setting-help">{t('backup.mirrorHelp')}</span> : <span className="setting-error" role="alert">{t('backup.mirrorFault')} {mirror.fault}</span>}
        </div>
        <Button size="small" icon={<FileSyncOutlined />} onClick={backup.askMirror}>{t('backup.mirrorImport')}</Button>
      </div>
    </section>
  );
}
