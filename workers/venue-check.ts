import { logCode } from '#shared/contracts/log-codes';
import type { Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { AccountClosed, type ShellPorts } from '#shared/shell/shell';
import type { Periodic } from './periodic.ts';

type Light = { state: 'up' | 'down'; detail: string };

/** Requests are signed by the venue's clock, so this is no matter of being refused: the age of alerts and the end of candles are wrong. */
const skewMaxMs = 5_000;

/** Asks every venue that has an account for its time, and keeps the answer as status `venue:<name>` for the lights of the web app. */
export function venueCheck(ports: Pick<ShellPorts, 'store' | 'exchangeFor' | 'bus'> & { log: Log; atCrashPoint?: AtCrashPoint }): Periodic {
  const { store, atCrashPoint = neverCrash } = ports;
  const before = new Map<string, Light['state']>();

  const ask = async (accountId: string): Promise<Light | null> => {
    try {
      const exchange = await callOut({ atCrashPoint }, 'halt:exchange', () => ports.exchangeFor(accountId));
      const offsetMs = await callOut({ atCrashPoint }, 'halt:venue-clock', () => exchange.clockOffsetMs());
      const seconds = (Math.abs(offsetMs) / 1000).toFixed(1);
      if (Math.abs(offsetMs) > skewMaxMs) await enterSafeMode(ports, accountId, 'clock_skew', `this machine's clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} the venue's; let it follow a time server`);
      return { state: 'up', detail: `Answers; its clock differs by ${Math.abs(Math.round(offsetMs))} ms` };
    } catch (error) {
      if (error instanceof AccountClosed) return null;
      return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
    }
  };

  const tell = (venue: string, light: Light): void => {
    const known = before.get(venue);
    before.set(venue, light.state);
    if (light.state === 'down' && known !== 'down') ports.log.alert('venue', `${venue} cannot be reached: ${light.detail}. Orders wait and go out when it answers again`, { ...logCode('venue_down', { venue, detail: light.detail }) });
    if (light.state === 'up' && known === 'down') ports.log.info('venue', `${venue} answers again`, { ...logCode('venue_up', { venue }) });
  };

  return {
    name: 'venue-check',
    everyMs: 10_000,
    async run() {
      const lights = new Map<string, Light>();
      for (const { accountId, venue } of await callOut({ atCrashPoint }, 'halt:accounts', () => store.activeAccounts())) {
        const light = await ask(accountId);
        if (light !== null && lights.get(venue)?.state !== 'down') lights.set(venue, light);
      }
      for (const [venue, light] of lights) {
        tell(venue, light);
        await callOut({ atCrashPoint }, 'halt:venue-status', () => store.setStatus(`venue:${venue}`, light));
      }
    },
  };
}
