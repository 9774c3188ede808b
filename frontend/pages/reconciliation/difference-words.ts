import type { ReconcileDifference } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { pairOf } from '../../components/symbol-words.ts';
import { formatDecimal } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import en from '../../locales/en.json';

type Status = keyof typeof en.orderStatus;

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** What differs, what was done, and each side's figure, in the language of the page. */
export function useDifferenceWords() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const figure = (value: string | null): string => {
    if (value === null) return t('reconcile.nothing');
    if (isNumber(value)) return formatDecimal(value, { language });
    return value in en.orderStatus ? t(`orderStatus.${value as Status}`) : value;
  };
  return {
    figure,
    title: ({ kind }: ReconcileDifference): string => t(`reconcileKind.${kind}`),
    text: ({ kind, symbol, ours, venue, amount, side, state }: ReconcileDifference): string =>
      t(kind === 'orphan_order' && state === 'asks' ? 'reconcile.strayText' : `reconcileText.${kind}`, { pair: pairOf(symbol), ours: figure(ours), venue: figure(venue), amount: figure(amount), side: side === null ? '' : t(`side.${side}`).toLowerCase() }),
    done: ({ state, action, decision, kind, stop }: ReconcileDifference): string => {
      if (state === 'asks' && decision === null) return kind === 'other_deployment' ? t('reconcile.entriesStopped') : stop === null ? t('reconcile.waitsForYou') : t('reconcile.stopWatched', { stop: figure(stop) });
      if (state === 'asks') return action === 'stop_reached' ? t('reconcile.stopReached') : t(`reconcile.deciding_${decision === 'close' ? 'close' : 'adopt'}`);
      if (state === 'acting') return t('reconcile.acting');
      return action !== null && action in en.reconcileAction ? t(`reconcileAction.${action}`) : t(`reconcileState.${state}`);
    },
  };
}
