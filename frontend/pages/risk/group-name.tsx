import type { RiskGroupView } from '#shared/contracts/http';
import { createContext, useContext } from 'react';
import { Link } from 'react-router';
import { SideMark } from '../../components/marks.tsx';
import { pairOf } from '../../components/symbol-words.ts';

/** The open groups of the view by id: plans and steps name groups only by id and symbol. */
export const GroupsById = createContext<ReadonlyMap<string, RiskGroupView>>(new Map());

export interface Named {
  groupId: string;
  symbol: string;
  /** Told where the group may be closed by now, and so is not in the view. */
  timeframe?: string;
  side?: 'long' | 'short';
}

/** `BTC/USDT 1h`. */
export function useGroupText(): (group: Named) => string {
  const known = useContext(GroupsById);
  return ({ groupId, symbol, timeframe }) => [pairOf(symbol), timeframe ?? known.get(groupId)?.timeframe].filter(Boolean).join(' ');
}

/** A group by pair, timeframe and side, leading to its page. */
export function GroupName({ group, side = true }: { group: Named; side?: boolean }) {
  const known = useContext(GroupsById).get(group.groupId);
  const [timeframe, ofSide] = [group.timeframe ?? known?.timeframe, group.side ?? known?.side];
  return (
    <span className="pair-cell nowrap">
      <Link to={`/app/positions/${group.groupId}`}><b>{pairOf(group.symbol)}</b></Link>
      {timeframe === undefined ? null : <> <span className="faint">{timeframe}</span></>}
      {side && ofSide !== undefined ? <> <SideMark side={ofSide} /></> : null}
    </span>
  );
}
