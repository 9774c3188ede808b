import { DownloadOutlined, MoreOutlined, UndoOutlined, UploadOutlined } from '@ant-design/icons';
import { Alert, App, Button, Collapse, Dropdown } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../components/panel.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Answer, EmptyState, useProblemText } from '../../components/states.tsx';
import { ApiProblem } from '../../data/api-client.ts';
import { exportConfig, useApplyConfig, useConfig, useImportConfig, useResetConfig, useSaveDraft, type Config } from '../../data/use-config.ts';
import { ReviewChanges } from './review-changes.tsx';
import { SectionFields } from './section-fields.tsx';
import { useSettingWords } from './setting-words.ts';
import './settings.css';
import { controlPaths, differences, type Tree } from './settings-tree.ts';

// What a trader changes comes first; keys that are new to this page follow in the order of the document.
const order = ['grid_strategy', 'execution_pool', 'waiting_rule', 'priority_rules', 'intake', 'precision', 'risk_engine', 'exchange', 'logging', 'security', 'app', 'UI', 'deployment'];

function errorsOf(error: unknown): Map<string, string> {
  // The message begins with the path; at its field the path is said already.
  return new Map(error instanceof ApiProblem ? error.errors.map(({ path, message }) => [path, message.startsWith(`${path} `) ? message.slice(path.length + 1) : message]) : []);
}

function SettingsForm({ config }: { config: Config }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const problemText = useProblemText();
  const words = useSettingWords();
  const [draft, setDraft] = useState<Tree>(config.draft);
  const [base, setBase] = useState<Tree>(config.draft);
  const [search, setSearch] = useState('');
  const [reviewing, setReviewing] = useState(false);
  const [errors, setErrors] = useState<Map<string, string>>(new Map());
  const file = useRef<HTMLInputElement>(null);
  const save = useSaveDraft();
  const apply = useApplyConfig();
  const reset = useResetConfig();
  const restore = useImportConfig();

  const unsaved = differences(base, draft);
  const pending = differences(config.active, draft);
  // Another browser saved: its draft is taken over unless something is being edited here.
  useEffect(() => {
    if (JSON.stringify(config.draft) === JSON.stringify(base)) return;
    if (unsaved.length === 0) setDraft(config.draft);
    setBase(config.draft);
  }, [config.draft, base, unsaved.length]);

  const fail = (error: unknown): void => {
    const found = errorsOf(error);
    setErrors(found);
    setReviewing(false);
    const first = [...found.keys()][0];
    if (first === undefined) void message.error(problemText(error));
    else setTimeout(() => (document.getElementById(`setting-${first}`) ?? document.querySelector('.setting-wrong'))?.scrollIntoView({ block: 'center', behavior: 'smooth' }), 60);
  };
  const keep = async (alsoApply: boolean): Promise<void> => {
    try {
      if (unsaved.length > 0) await save.mutateAsync(draft);
      if (alsoApply) await apply.mutateAsync();
      setErrors(new Map());
      setReviewing(false);
      void message.success(t(alsoApply ? 'settings.applied' : 'settings.saved'));
    } catch (error) {
      fail(error);
    }
  };
  const importFile = async (chosen: File): Promise<void> => {
    try {
      await restore.mutateAsync(JSON.parse(await chosen.text()));
      void message.success(t('settings.imported'));
    } catch (error) {
      if (error instanceof SyntaxError) void message.error(t('settings.importUnreadable'));
      else fail(error);
    }
  };
  const askReset = (): void => void modal.confirm({ title: t('settings.resetTitle'), content: t('settings.resetText'), okText: t('settings.reset'), cancelText: t('action.cancel'), onOk: () => reset.mutateAsync().catch(fail) });

  const needle = search.trim().toLowerCase();
  const paths = controlPaths(draft);
  const found = (path: string): boolean => needle === '' || `${path} ${words.label(path)} ${words.help(path, {}) ?? ''}`.toLowerCase().includes(needle);
  const sections = [...order.filter((name) => name in draft), ...Object.keys(draft).filter((name) => !order.includes(name))];
  const items = sections.flatMap((name) => {
    const own = paths.filter((path) => path.startsWith(`${name}.`) && found(path));
    if (own.length === 0) return [];
    const wrong = [...errors.keys()].some((path) => path === name || path.startsWith(`${name}.`));
    const changed = pending.filter((path) => path.startsWith(`${name}.`)).length;
    const { title, text } = words.section(name);
    return [{
      key: name,
      label: <span className={wrong ? 'section-title section-wrong' : 'section-title'}><b>{title}</b>{text === undefined ? null : <span className="faint">{text}</span>}</span>,
      extra: changed > 0 ? <span className="setting-changed">{t('settings.changedCount', { count: changed })}</span> : undefined,
      children: <SectionFields paths={own} draft={draft} config={config} pending={pending} errors={errors} words={words} onChange={setDraft} />,
    }];
  });
  const placed = new Set(paths);
  const loose = [...errors.entries()].filter(([path]) => ![...placed].some((each) => path === each || path.startsWith(`${each}.`)));
  const busy = save.isPending || apply.isPending;
  const opened = needle === '' ? {} : { activeKey: items.map((item) => item.key) };

  return (
    <div className="page settings-page">
      <PageHead title={t('nav.settings')} count={t('settings.version', { version: config.version })}>
        <SearchField value={search} onSearch={setSearch} label={t('settings.search')} />
        <Button icon={<DownloadOutlined />} onClick={() => void exportConfig().catch(fail)}>{t('settings.export')}</Button>
        <Dropdown trigger={['click']} menu={{ items: [{ key: 'import', icon: <UploadOutlined />, label: t('settings.import'), onClick: () => file.current?.click() }, { key: 'reset', icon: <UndoOutlined />, label: t('settings.reset'), onClick: askReset }] }}>
          <Button icon={<MoreOutlined />} aria-label={t('action.moreActions')} />
        </Dropdown>
        <input ref={file} type="file" accept="application/json,.json" hidden aria-label={t('settings.import')} onChange={(event) => { const chosen = event.target.files?.[0]; event.target.value = ''; if (chosen !== undefined) void importFile(chosen); }} />
      </PageHead>
      {loose.length > 0 ? <Alert type="error" showIcon title={t('settings.refused')} description={loose.map(([path, text]) => <div key={path}>{text}</div>)} /> : null}
      {items.length === 0 ? <EmptyState title={t('settings.noneFound')} action={<Button onClick={() => setSearch('')}>{t('action.clearFilters')}</Button>} /> : <Collapse items={items} defaultActiveKey={['grid_strategy', 'execution_pool', 'waiting_rule']} {...opened} />}
      {pending.length > 0 || unsaved.length > 0 ? (
        <div className="save-bar" role="region" aria-label={t('settings.pending')}>
          <span className="grow">{unsaved.length > 0 ? t('settings.unsaved', { count: unsaved.length }) : t('settings.notApplied', { count: pending.length })}</span>
          {unsaved.length > 0 ? <Button onClick={() => { setDraft(base); setErrors(new Map()); }}>{t('settings.discard')}</Button> : null}
          <Button type="primary" onClick={() => setReviewing(true)} loading={busy}>{t('settings.review')}</Button>
        </div>
      ) : null}
      <ReviewChanges open={reviewing} active={config.active} draft={draft} paths={pending} words={words} busy={busy} onSave={() => void keep(false)} onApply={() => void keep(true)} onClose={() => setReviewing(false)} />
    </div>
  );
}

/** Every setting with a control of its own; nothing takes effect before it is applied. */
export function SettingsPage() {
  const config = useConfig();
  return <Answer of={config} rows={14}>{(data) => <SettingsForm config={data} />}</Answer>;
}
