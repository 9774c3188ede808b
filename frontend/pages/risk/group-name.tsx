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
}

/** `BTC/USDT 1h`; without the timeframe where the group is closed by now. */
export function useGroupText(): (group: Named) => string {
  const known = useContext(GroupsById);
  return ({ groupId, symbol }) => [pairOf(symbol), known.get(groupId)?.timeframe].filter(Boolean).join(' ');
}

/** A group by pair, timeframe and side, leading to its page. */
export function GroupName({ group, side = true }: { group: Named; side?: boolean }) {
  const known = useContext(GroupsById).get(group.groupId);
  return (
    <span className="pair-cell nowrap">
      <Link to={`/app/positions/${group.groupId}`}><b>{pairOf(group.symbol)}</b></Link>
      {known === undefined ? null : <> <span className="faint">{known.timeframe}</span>{side ? <> <SideMark side={known.side} /></> : null}</>}
    </span>
  );
}
