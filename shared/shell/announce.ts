import type { Ran } from './run-decision.ts';
import { knockFor } from './knock-for.ts';
import type { ShellPorts } from './shell.ts';

/** After a commit: knocks for what waits, and tells the web app, the price watch and the log. Nothing here may fail the caller. */
export function announce(ports: ShellPorts, ran: Ran): void {
  knockFor(ports, ran.saved, ports.dispatch, ran.decidedAt);
  for (const { after } of ran.groups) if (after.fills.length > 0) ports.filled?.(after.group.userId);
  const publish = (...message: Parameters<ShellPorts['bus']['publish']>): void => {
    void ports.bus.publish(...message).catch((error: unknown) => ports.log.debug('system', `A live update was lost: ${String(error)}`));
  };
  for (const { before, after, wakeChanged } of ran.groups) {
    const { group, version, orders } = after;
    publish('live', { event: 'position', userId: group.userId, id: group.id, data: { id: group.id, version, status: group.status, symbol: group.symbol } });
    for (const order of orders) publish('live', { event: 'order', userId: group.userId, id: order.clientOrderId, data: { clientOrderId: order.clientOrderId, groupId: group.id, status: order.status } });
    if (wakeChanged) publish('wake', { groupId: group.id });
    if (before?.status !== group.status) {
      ports.log.info('signal', `Group ${group.id} ${group.symbol} ${group.timeframe} ${group.side} is ${group.status.replace('_', ' ')}${group.closeReason === null ? '' : `: ${group.closeReason}`}`, {
        groupId: group.id,
        symbol: group.symbol,
      });
    }
  }
  const userId = ran.pool?.userId ?? ran.risk?.userId ?? ran.groups[0]?.after.group.userId ?? null;
  if (ran.pool !== null) publish('live', { event: 'queue', userId, id: ran.pool.userId, data: { waiting: ran.pool.waiting.length, open: ran.pool.open.length } });
  if (ran.risk !== null) {
    const { userId: id, cycles, actions } = ran.risk;
    publish('live', { event: 'risk', userId: id, id, data: { cycle: cycles.at(-1)?.outcome ?? null, plan: actions.at(-1)?.id ?? null, status: actions.at(-1)?.status ?? null } });
    for (const { outcome, trigger, words, kept, reason, figures } of cycles) {
      const said = reason === null ? {} : { code: 'cycle', ...figures, outcome, reason };
      ports.log[kept ? 'info' : 'debug']('risk', `Risk cycle (${trigger.replace('_', ' ')}) ${outcome}: ${words}`, { userId: id, ...said });
    }
  }
  for (const signal of ran.signals) {
    publish('live', { event: 'signal', userId, id: signal.signalId, data: { id: signal.signalId, status: signal.status, outcome: signal.outcome } });
    const why = [signal.reason, signal.detail].filter((part) => part !== null).join(': ');
    const log = signal.status === 'refused' ? ports.log.warn : ports.log.info;
    log.call(ports.log, 'signal', `Signal ${signal.signalId} ${signal.outcome.replaceAll('_', ' ')}${why === '' ? '' : ` (${why})`}`, { signalId: signal.signalId, groupId: signal.groupId });
  }
  const groupId = ran.groups[0]?.after.group.id;
  // With its user, because people who are no administrators see only what names them.
  for (const tell of ran.tells) ports.log[tell.level](tell.category, tell.message, { userId, groupId, ...tell.slippage, ...(tell.said === undefined ? {} : { code: tell.said.code, ...tell.said.figures }) });
}
