import type { PrecisionSync } from '#shared/contracts/http';
import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { Answer, useProblemText } from '../../components/states.tsx';
import { venueName } from '../../components/symbol-words.ts';
import { useNow } from '../../data/use-now.ts';
import { usePrecisionSync, useRefreshPrecision } from '../../data/use-precision.ts';

const awaitMs = 20_000;

function SyncRow({ sync, askedAt }: { sync: PrecisionSync; askedAt: number | null }) {
  const { t } = useTranslation();
  const failed = sync.failedAt !== null;
  const since = (iso: string | null): boolean => askedAt !== null && iso !== null && Date.parse(iso) >= askedAt - 1000;
  const fresh = since(sync.fetchedAt) || since(sync.failedAt);
  return (
    <tr>
      <td>{venueName(sync.exchange)} · {t(`market.${sync.market}`)}</td>
      <td className="num right">{sync.count}</td>
      <td>{sync.fetchedAt === null ? <span className="soft">{t('precisionSync.never')}</span> : <TimeAgo at={sync.fetchedAt} />}</td>
      <td>
        {failed ? <span className="loss"><CloseCircleFilled /> {t('precisionSync.failed')} <TimeAgo at={sync.failedAt} />{sync.error === null ? '' : `: ${sync.error}`}</span>
          : sync.fetchedAt === null ? <span className="soft"><MinusCircleOutlined /> {t('precisionSync.none')}</span>
            : <span className="profit"><CheckCircleFilled /> {t(fresh ? 'precisionSync.justNow' : 'precisionSync.ok')}</span>}
      </td>
    </tr>
  );
}

/** When the instrument rules were last fetched, per venue and market, and a fetch by hand. */
export function PrecisionSyncTable() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const now = useNow();
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const awaited = askedAt !== null && now - askedAt < awaitMs;
  const syncs = usePrecisionSync(awaited);
  const refresh = useRefreshPrecision();
  const fetchNow = (): void => {
    setAskedAt(Date.now());
    refresh.mutate(undefined, { onSuccess: () => void message.success(t('precisionSync.asked')), onError: (error) => void message.error(problemText(error)) });
  };
  return (
    <section className="settings-panel" aria-label={t('precisionSync.title')}>
      <div className="spread wrap"><h3>{t('precisionSync.title')}</h3><Button icon={<SyncOutlined />} loading={refresh.isPending} onClick={fetchNow}>{t('precisionSync.fetch')}</Button></div>
      <Answer of={syncs} rows={2}>
        {(rows) => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead><tr><th>{t('precisionSync.market')}</th><th className="right">{t('precisionSync.count')}</th><th>{t('precisionSync.fetchedAt')}</th><th>{t('precisionSync.state')}</th></tr></thead>
              <tbody>{rows.map((sync) => <SyncRow key={`${sync.exchange} ${sync.market}`} sync={sync} askedAt={askedAt} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
    </section>
  );
}
