import type { LogEntry, Severity } from '#shared/contracts/http';
import { DownloadOutlined, FileTextOutlined } from '@ant-design/icons';
import { App, Button, DatePicker, Dropdown, Select, Switch, Table, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useLogText } from '../../components/log-words.ts';
import { Exact } from '../../components/moments.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Answer, EmptyState, useProblemText } from '../../components/states.tsx';
import { usePhone, useRoom } from '../../components/use-layout.ts';
import { plainText } from '../../data/plain-text.ts';
import { exportLogs, useLogs, type LogFilter } from '../../data/use-logs.ts';
import en from '../../locales/en.json';
import './logs.css';

const severities: Severity[] = ['alert', 'error', 'warn', 'info', 'debug'];
type Category = keyof typeof en.logCategory;
const categories = Object.keys(en.logCategory) as Category[];

/** The colour of a row: by severity first, then violet for risk and green for orders that went well. */
function toneOf(entry: LogEntry): string {
  if (entry.severity === 'alert' || entry.severity === 'error') return 'error';
  if (entry.severity === 'warn') return 'warn';
  if (entry.category === 'risk') return 'risk';
  return entry.category === 'fill' || entry.category === 'order' ? 'order' : entry.severity;
}

function Fields({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation();
  const fields = Object.entries(entry.fields).filter(([, value]) => value !== null && value !== undefined);
  return (
    <dl className="log-fields">
      <div><dt>{t('log.at')}</dt><dd>{entry.at}</dd></div>
      {entry.process === null ? null : <div><dt>{t('log.process')}</dt><dd>{entry.process}</dd></div>}
      {fields.map(([name, value]) => <div key={name}><dt>{name}</dt><dd className={name === 'stack' ? 'log-stack' : undefined}>{plainText(value)}</dd></div>)}
    </dl>
  );
}

function useFilter(): [LogFilter, (change: Record<string, string>) => void] {
  const [search, setSearch] = useSearchParams();
  const read = (name: string): string | undefined => search.get(name) ?? undefined;
  const set = useCallback((change: Record<string, string>) => setSearch((before) => {
    const next = new URLSearchParams(before);
    for (const [key, value] of Object.entries(change)) if (value === '') next.delete(key); else next.set(key, value);
    return next;
  }, { replace: true }), [setSearch]);
  return [{ severity: read('severity'), category: read('category'), text: read('text'), from: read('from'), to: read('to') }, set];
}

/** The log with filters, a live tail and export. */
export function LogsPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const phone = usePhone();
  const [filter, set] = useFilter();
  const [follow, setFollow] = useState(true);
  const onText = useCallback((text: string) => set({ text }), [set]);
  const logs = useLogs(filter, follow);
  const rows = logs.data?.pages.flatMap((page) => page.data) ?? [];
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box, 66);
  const newest = rows[0]?.id;
  useEffect(() => {
    if (follow) box.current?.querySelector('.ant-table-tbody-virtual-holder')?.scrollTo({ top: 0 });
  }, [newest, follow]);

  const logText = useLogText();
  const columns: TableColumnsType<LogEntry> = [
    { title: t('log.at'), key: 'at', width: phone ? 88 : 196, render: (_, row) => <span className="soft"><Exact at={row.at} short={phone} /></span> },
    { title: t('log.severity'), key: 'severity', width: 92, render: (_, row) => <span className={`log-severity log-${toneOf(row)}`}>{t(`severity.${row.severity}`)}</span> },
    ...(phone ? [] : [{ title: t('log.category'), key: 'category', width: 132, render: (_: unknown, row: LogEntry) => <span className="soft">{row.category in en.logCategory ? t(`logCategory.${row.category as Category}`) : row.category}</span> }]),
    { title: t('log.message'), key: 'message', width: phone ? 420 : 540, ellipsis: true, render: (_, row) => <span title={row.message}>{logText(row)}</span> },
    ...(phone ? [] : [{ title: t('log.process'), key: 'process', width: 110, ellipsis: true, render: (_: unknown, row: LogEntry) => <span className="faint">{row.process ?? ''}</span> }]),
  ];
  const save = (format: 'txt' | 'csv' | 'json'): void => void exportLogs(filter, format).catch((error: unknown) => message.error(problemText(error)));
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const list = (value: string | undefined): string[] => value?.split(',').filter(Boolean) ?? [];
  return (
    <div className="page">
      <PageHead title={t('nav.logs')}>
        <SearchField value={filter.text ?? ''} onSearch={onText} label={t('log.search')} delayMs={300} width={phone ? 160 : 220} />
        <Select mode="multiple" maxTagCount="responsive" allowClear placeholder={t('log.severity')} aria-label={t('log.severity')} value={list(filter.severity)} onChange={(value) => set({ severity: value.join(',') })} options={severities.map((each) => ({ value: each, label: t(`severity.${each}`) }))} style={{ minWidth: 150 }} />
        <Select mode="multiple" maxTagCount="responsive" allowClear placeholder={t('log.category')} aria-label={t('log.category')} value={list(filter.category)} onChange={(value) => set({ category: value.join(',') })} options={categories.map((each) => ({ value: each, label: t(`logCategory.${each}`) }))} style={{ minWidth: 150 }} />
        {phone ? null : (
          <DatePicker.RangePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            allowEmpty={[true, true]}
            placeholder={[t('log.from'), t('log.to')]}
            value={[filter.from === undefined ? null : dayjs(filter.from), filter.to === undefined ? null : dayjs(filter.to)]}
            onChange={(range) => set({ from: range?.[0]?.toISOString() ?? '', to: range?.[1]?.toISOString() ?? '' })}
            style={{ width: 300 }}
          />
        )}
        <label className="row"><Switch size="small" checked={follow} onChange={setFollow} aria-label={t('log.follow')} /> {t('log.follow')}</label>
        <Dropdown menu={{ items: (['txt', 'csv', 'json'] as const).map((format) => ({ key: format, label: `.${format}`, onClick: () => save(format) })) }} trigger={['click']}>
          <Button icon={<DownloadOutlined />} aria-label={t('log.export')}><span className="medium-only">{t('log.export')}</span></Button>
        </Dropdown>
      </PageHead>
      <div ref={box}>
        <Panel flush>
          <Answer of={logs} rows={12}>
            {() => rows.length === 0 ? (
              <EmptyState icon={<FileTextOutlined />} title={t(filtered ? 'log.noneMatch' : 'log.none')} action={filtered ? <Button onClick={() => set({ severity: '', category: '', text: '', from: '', to: '' })}>{t('action.clearFilters')}</Button> : undefined} />
            ) : (
              <Table
                virtual
                rowKey="id"
                size="small"
                pagination={false}
                columns={columns}
                dataSource={rows}
                scroll={{ x: columns.reduce((sum, column) => sum + Number(column.width), 48), y: room }}
                rowClassName={(row) => (row.severity === 'error' || row.severity === 'alert' ? 'log-critical' : '')}
                expandable={{ expandedRowRender: (row) => <Fields entry={row} />, expandRowByClick: true, columnWidth: 44 }}
                onScroll={(event) => {
                  const holder = event.currentTarget;
                  if (holder.scrollTop + holder.clientHeight > holder.scrollHeight - 200 && logs.hasNextPage && !logs.isFetchingNextPage) void logs.fetchNextPage();
                }}
              />
            )}
          </Answer>
        </Panel>
      </div>
    </div>
  );
}
