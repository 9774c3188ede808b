import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { TimeAgo } from '../../components/moments.tsx';
import { PageHead } from '../../components/panel.tsx';
import { Answer, useProblemText } from '../../components/states.tsx';
import { exportConfig, useConfig, type Config } from '../../data/use-config.ts';
import { LeaveGuard } from './leave-guard.tsx';
import { useSettingWords } from './setting-words.ts';
import { SettingsForm } from './settings-form.tsx';
import './settings.css';
import { useDraft } from './use-draft.ts';
import { VersionHistory } from './version-history.tsx';

const namesTold = 3;

function Settings({ config }: { config: Config }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const words = useSettingWords(config.schema);
  const [search, setSearch] = useSearchParams();
  const failed = (error: unknown): void => void message.error(problemText(error), 8);
  const form = useDraft(config, {
    othersChanged: (paths) => void message.info(t('draft.othersChanged', { settings: `${paths.slice(0, namesTold).map(words.label).join(', ')}${paths.length > namesTold ? ' …' : ''}` }), 6),
    failed,
  });
  const shown = search.get('show') === 'history' ? 'history' : 'form';
  return (
    <div className="page settings-page">
      <PageHead title={t('nav.settings')} count={<>{t('settings.version', { version: config.version })}{config.appliedAt === null ? null : <> · {t('settings.appliedAgo')} <TimeAgo at={config.appliedAt} /></>}</>}>
        <Button icon={<DownloadOutlined />} onClick={() => void exportConfig().catch(failed)}>{t('settings.export')}</Button>
      </PageHead>
      <Tabs activeKey={shown} onChange={(key) => setSearch(key === 'history' ? { show: 'history' } : {}, { replace: true })} items={[{ key: 'form', label: t('settings.tabForm') }, { key: 'history', label: t('settings.tabHistory') }]} />
      <LeaveGuard form={form} />
      {shown === 'form' ? <SettingsForm config={config} form={form} words={words} /> : <VersionHistory words={words} changed={form.pending.length > 0} onDraft={form.adopt} />}
    </div>
  );
}

/** Every setting with a control of its own, and the versions before; nothing takes effect before it is applied. */
export function SettingsPage() {
  const config = useConfig();
  return <Answer of={config} rows={14}>{(data) => <Settings config={data} />}</Answer>;
}
