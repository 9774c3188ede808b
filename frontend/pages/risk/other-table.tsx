import type { RiskGroupView } from '#shared/contracts/http';
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Num } from '../../components/numbers.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { usePhone } from '../../components/use-layout.ts';
import { GroupReasons, Verdict } from './condition-list.tsx';
import { GroupActions, GroupFlags } from './group-flags.tsx';
import { GroupName } from './group-name.tsx';
import { rowsPerPage } from './loser-table.tsx';

/** Open groups that neither lose nor gain, each with why it can be neither paid for nor pay: of no open group it may be unclear. */
export function OtherTable({ groups, now }: { groups: readonly RiskGroupView[]; now: number }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const why = (row: RiskGroupView) => <div className="column" style={{ gap: 3 }}><Verdict group={row} role="loser" now={now} good={t('risk.available').toLowerCase()} /><GroupFlags group={row} /></div>;
  const columns: TableColumnsType<RiskGroupView> = phone
    ? [{ title: t('position.pair'), key: 'pair', render: (_, row) => <div className="column" style={{ gap: 3 }}><GroupName group={row} />{why(row)}</div> }]
    : [
        { title: t('position.pair'), key: 'pair', width: 186, render: (_, row) => <GroupName group={row} /> },
        { title: t('risk.held'), key: 'held', width: 140, align: 'right', render: (_, row) => <Num value={row.quantity} unit={baseOf(row.symbol)} /> },
        { title: t('risk.eligible'), key: 'eligible', render: (_, row) => why(row) },
        { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: 190, align: 'right', render: (_, row) => <GroupActions group={row} inRow /> },
      ];
  return (
    <Table<RiskGroupView>
      rowKey="groupId"
      size="small"
      columns={columns}
      dataSource={[...groups]}
      pagination={groups.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
      expandable={{ expandedRowRender: (row) => <>{phone ? <GroupActions group={row} /> : null}<GroupReasons group={row} now={now} /></>, columnWidth: 34 }}
    />
  );
}
