import type { SignalSummary } from '#shared/contracts/http';
import { ThunderboltOutlined } from '@ant-design/icons';
import { Button, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { pairOf } from '../../components/symbol-words.ts';
import { SideMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { Missing, Num } from '../../components/numbers.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { duration } from '../../data/times.ts';
import { useSignals } from '../../data/use-signals.ts';
import { RefusedDeliveries } from './refused-deliveries.tsx';
import { OutcomeMark, useSignalReason } from './signal-words.tsx';
import './signals.css';

const statuses = ['pending', 'waiting', 'accepted', 'refused', 'done'] as const;

function useColumns(phone: boolean): TableColumnsType<SignalSummary> {
  const { t } = useTranslation();
  const reasonOf = useSignalReason();
  const pair = { title: t('position.pair'), key: 'pair', width: 150, render: (_: unknown, row: SignalSummary) => <span className="pair-cell"><Link to={`/app/signals/${row.id}`} onClick={(event) => event.stopPropagation()}><b>{pairOf(row.symbol)}</b></Link> <span className="faint">{row.timeframe}</span></span> };
  const outcome = { title: t('signal.outcome'), key: 'outcome', width: 130, render: (_: unknown, row: SignalSummary) => <OutcomeMark signal={row} /> };
  const received = { title: t('signal.received'), key: 'received', width: 110, render: (_: unknown, row: SignalSummary) => <span className="soft"><TimeAgo at={row.receivedAt} /></span> };
  if (phone) return [pair, outcome, received];
  return [
    received,
    pair,
    { title: t('signal.kind'), key: 'kind', width: 100, render: (_, row) => t(`signalKind.${row.kind}`) },
    { title: t('position.side'), key: 'side', width: 86, render: (_, row) => (row.side === null ? <Missing /> : <SideMark side={row.side} />) },
    { title: t('signal.price'), key: 'price', width: 120, align: 'right', render: (_, row) => <Num value={row.price} /> },
    outcome,
    { title: t('signal.reason'), key: 'reason', ellipsis: true, render: (_, row) => { const reason = reasonOf(row); return reason === null ? <Missing /> : <span className={row.status === 'refused' ? '' : 'soft'} title={row.detail ?? reason}>{reason}</span>; } },
    { title: t('signal.alert'), key: 'alert', width: 170, ellipsis: true, render: (_, row) => <span className="soft">{row.alertName ?? row.source ?? '\u2013'}</span> },
    { title: t('signal.decidedIn'), key: 'decided', width: 100, align: 'right', render: (_, row) => (row.decidedAt === null ? <Missing /> : <span className="num soft">{duration(Date.parse(row.decidedAt) - Date.parse(row.receivedAt))}</span>) },
  ];
}

/** Every alert that was understood, and what became of it; on a second sheet the deliveries that were not. */
export function SignalsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const phone = usePhone();
  const [search, setSearch] = useSearchParams();
  const sheet = search.get('show') === 'refused' ? 'refused' : 'signals';
  const filter = { status: search.get('status') ?? undefined, symbol: search.get('symbol') ?? undefined };
  const set = useCallback((change: Record<string, string>) => setSearch((before) => {
    const next = new URLSearchParams(before);
    for (const [key, value] of Object.entries(change)) if (value === '') next.delete(key); else next.set(key, value);
    return next;
  }, { replace: true }), [setSearch]);
  const onSymbol = useCallback((text: string) => set({ symbol: text.trim().toUpperCase() }), [set]);
  const signals = useSignals(filter);
  const rows = signals.data?.pages.flatMap((page) => page.data);
  const columns = useColumns(phone);
  const filtered = filter.status !== undefined || filter.symbol !== undefined;
  return (
    <div className="page">
      <PageHead title={t('nav.signals')}>
        {sheet === 'signals' ? <>
          <SearchField value={filter.symbol ?? ''} onSearch={onSymbol} label={t('signal.search')} delayMs={300} width={200} />
          <Select allowClear placeholder={t('signal.outcome')} aria-label={t('signal.outcome')} value={filter.status} onChange={(value?: string) => set({ status: value ?? '' })} options={statuses.map((status) => ({ value: status, label: t(`signalStatus.${status}`) }))} style={{ width: 140 }} />
        </> : null}
        <Segmented value={sheet} onChange={(value) => set({ show: value === 'signals' ? '' : value })} options={[{ value: 'signals', label: t('signal.understood') }, { value: 'refused', label: t('signal.notUnderstood') }]} />
      </PageHead>
      <Panel flush>
        {sheet === 'refused' ? <RefusedDeliveries /> : (
          <Answer of={signals}>
            {() => (rows ?? []).length === 0 ? (
              <EmptyState icon={<ThunderboltOutlined />} title={t(filtered ? 'signal.noneMatch' : 'signal.none')} action={filtered ? <Button onClick={() => set({ status: '', symbol: '' })}>{t('action.clearFilters')}</Button> : <Link to="/app/endpoints"><Button type="primary">{t('signal.toEndpoints')}</Button></Link>}>
                {filtered ? undefined : t('signal.noneText')}
              </EmptyState>
            ) : (
              <Table className="clickable-rows" rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows ?? []} {...(phone ? {} : { scroll: { x: 1100 } })} onRow={(row) => ({ onClick: () => void navigate(`/app/signals/${row.id}`) })} />
            )}
          </Answer>
        )}
      </Panel>
      {sheet === 'signals' && signals.hasNextPage ? <Button loading={signals.isFetchingNextPage} onClick={() => void signals.fetchNextPage()} style={{ alignSelf: 'center' }}>{t('action.more')}</Button> : null}
    </div>
  );
}
