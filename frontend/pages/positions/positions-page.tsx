import type { Position, PositionStatus } from '#shared/contracts/http';
import { RocketOutlined } from '@ant-design/icons';
import { Button, Segmented, Select, Table } from 'antd';
import { useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { ColumnChoice } from '../../components/column-choice.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone, useRoom } from '../../components/use-layout.ts';
import { usePreferences } from '../../data/preferences.ts';
import { usePositionsClosed, usePositionsOpen } from '../../data/use-positions.ts';
import { usePositionColumns } from './position-columns.tsx';
import './positions.css';

const statuses: PositionStatus[] = ['waiting', 'live', 'partially_filled', 'active', 'closing'];

interface Filter {
  text: string;
  side: string;
  status: string;
  account: string;
}

function matches(row: Position, filter: Filter): boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const hay = `${row.symbol} ${row.symbol.replace(/[/:]/g, '')} ${row.timeframe} ${row.side} ${row.accountName} ${row.exchange}`.toLowerCase();
  return words.every((word) => hay.includes(word)) && (filter.side === '' || row.side === filter.side) && (filter.status === '' || row.status === filter.status) && (filter.account === '' || row.accountName === filter.account);
}

/** Every position group, live. The filter stands in the address, so that it can be kept and shared. */
export function PositionsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const phone = usePhone();
  const { columnsHidden } = usePreferences();
  const [search, setSearch] = useSearchParams();
  const show = search.get('show') === 'closed' ? 'closed' : 'open';
  const filter: Filter = { text: search.get('text') ?? '', side: search.get('side') ?? '', status: search.get('status') ?? '', account: search.get('account') ?? '' };
  const set = useCallback((change: Record<string, string>) => setSearch((before) => {
    const next = new URLSearchParams(before);
    for (const [key, value] of Object.entries(change)) if (value === '') next.delete(key); else next.set(key, value);
    return next;
  }, { replace: true }), [setSearch]);
  const onText = useCallback((text: string) => set({ text }), [set]);

  const open = usePositionsOpen();
  const closed = usePositionsClosed(show === 'closed');
  const all = useMemo(() => (show === 'open' ? open.data : closed.data?.pages.flatMap((page) => page.data)), [show, open.data, closed.data]);
  const rows = all?.filter((row) => matches(row, filter));
  const accounts = [...new Set(all?.map((row) => row.accountName) ?? [])];
  const columns = usePositionColumns(show, phone, all !== undefined && all.every((row) => row.quoteAsset === all[0]?.quoteAsset) ? all[0]?.quoteAsset : undefined);
  const hidden = columnsHidden['positions'] ?? [];
  const visible = columns.filter((column) => column.fixedChoice === true || !hidden.includes(column.key));
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box, 68);

  return (
    <div className="page">
      <PageHead title={t('nav.positions')} count={rows === undefined ? undefined : rows.length === all?.length ? rows.length : `${rows.length} / ${all?.length ?? 0}`}>
        <SearchField value={filter.text} onSearch={onText} label={t('position.search')} width={phone ? 170 : 220} />
        <Segmented value={show} onChange={(value) => set({ show: value === 'open' ? '' : value, status: '' })} options={[{ value: 'open', label: t('position.showOpen') }, { value: 'closed', label: t('position.showClosed') }]} />
        <Select allowClear placeholder={t('position.side')} aria-label={t('position.side')} value={filter.side || undefined} onChange={(value?: string) => set({ side: value ?? '' })} options={[{ value: 'long', label: t('side.long') }, { value: 'short', label: t('side.short') }]} style={{ width: 96 }} />
        {show === 'open' ? <Select allowClear placeholder={t('position.status')} aria-label={t('position.status')} value={filter.status || undefined} onChange={(value?: string) => set({ status: value ?? '' })} options={statuses.map((status) => ({ value: status, label: t(`positionStatus.${status}`) }))} style={{ width: 142 }} /> : null}
        {accounts.length > 1 ? <Select allowClear placeholder={t('position.account')} aria-label={t('position.account')} value={filter.account || undefined} onChange={(value?: string) => set({ account: value ?? '' })} options={accounts.map((account) => ({ value: account, label: account }))} style={{ width: 140 }} /> : null}
        {phone ? null : <ColumnChoice table="positions" columns={columns.filter((column) => column.fixedChoice !== true).map((column) => ({ key: column.key, title: column.name }))} />}
      </PageHead>
      <div ref={box}>
        <Panel flush>
          <Answer<unknown> of={show === 'open' ? open : closed}>
            {() => (rows ?? []).length === 0 ? (
              <EmptyState icon={<RocketOutlined />} title={all?.length === 0 ? t(show === 'open' ? 'position.none' : 'position.noneClosed') : t('position.noneMatch')} action={all?.length === 0 ? undefined : <Button onClick={() => set({ text: '', side: '', status: '', account: '' })}>{t('action.clearFilters')}</Button>}>
                {all?.length === 0 && show === 'open' ? t('position.noneText') : undefined}
              </EmptyState>
            ) : (
              <Table<Position>
                className="clickable-rows"
                virtual
                rowKey="id"
                size="small"
                pagination={false}
                columns={visible}
                dataSource={rows ?? []}
                scroll={{ x: visible.reduce((sum, column) => sum + Number(column.width), 0), y: room }}
                showSorterTooltip={false}
                onRow={(row) => ({ onClick: () => void navigate(`/app/positions/${row.id}`) })}
              />
            )}
          </Answer>
        </Panel>
      </div>
      {show === 'closed' && closed.hasNextPage ? <Button loading={closed.isFetchingNextPage} onClick={() => void closed.fetchNextPage()} style={{ alignSelf: 'center' }}>{t('action.more')}</Button> : null}
    </div>
  );
}
