import { useTranslation } from 'react-i18next';
import { Answer } from '../../components/states.tsx';
import { useEndpoints } from '../../data/use-endpoints.ts';
import { useLogs } from '../../data/use-logs.ts';
import { usePositionsClosed, usePositionsOpen } from '../../data/use-positions.ts';
import { useQueue } from '../../data/use-queue.ts';
import { useSignals } from '../../data/use-signals.ts';
import { useStatus } from '../../data/use-status.ts';
import { HoldingsPanel, NextPanel, RecentSignals, RecentTrouble } from './dashboard-lists.tsx';
import './dashboard.css';
import { FirstSteps } from './first-steps.tsx';
import { HaltsPanel } from './halts-panel.tsx';
import { RiskPanel } from './risk-panel.tsx';
import { SystemPanel } from './system-panel.tsx';
import { HealthTile, HoldingTile, PnlTile, PoolTile, TodayTile } from './tiles.tsx';

/** Is it running, is anything wrong, what do I hold, what comes next: without a click. */
export function DashboardPage() {
  const { t } = useTranslation();
  const status = useStatus();
  const positions = usePositionsOpen();
  const closed = usePositionsClosed(true).data?.pages.flatMap((page) => page.data) ?? [];
  const signals = useSignals({}, 10);
  const queue = useQueue().data ?? [];
  const trouble = useLogs({ severity: 'warn,error,alert' }, true, 10).data?.pages[0]?.data ?? [];
  const endpoints = useEndpoints().data;
  const recent = signals.data?.pages[0]?.data;
  const first = recent?.length === 0 && endpoints !== undefined;
  return (
    <div className="page">
      <h1 className="visually-hidden">{t('nav.dashboard')}</h1>
      <Answer of={status}>
        {(now) => (
          <Answer of={positions}>
            {(held) => (
              <>
                <div className="tiles">
                  <HealthTile status={now} />
                  <PnlTile positions={held} />
                  <HoldingTile positions={held} />
                  <PoolTile pool={now.pool} />
                  <TodayTile closed={closed} />
                </div>
                <HaltsPanel halts={now.halts} />
                {first ? <FirstSteps endpoints={endpoints} /> : null}
                <div className="dashboard-grid">
                  <div className="column stack">
                    <HoldingsPanel positions={held} />
                    <RecentSignals signals={recent ?? []} />
                  </div>
                  <div className="column stack">
                    <NextPanel queue={queue} pool={now.pool} halted={now.halts.some(({ scope }) => scope === 'global')} />
                    <RiskPanel />
                    <RecentTrouble entries={trouble} />
                    <SystemPanel status={now} />
                  </div>
                </div>
              </>
            )}
          </Answer>
        )}
      </Answer>
    </div>
  );
}
