import type { Log } from '#shared/ports/system.port';
import { AccountClosed, type ShellPorts } from '#shared/shell/shell';
import type { Periodic } from './periodic.ts';

type Light = { state: 'up' | 'down'; detail: string };

/** Asks every venue that has an account for its time, and keeps the answer as status `venue:<name>` for the lights of the web app. */
export function venueCheck(ports: Pick<ShellPorts, 'store' | 'exchangeFor'> & { log: Log }): Periodic {
  const before = new Map<string, Light['state']>();

  const ask = async (accountId: string): Promise<Light | null> => {
    try {
      const exchange = await ports.exchangeFor(accountId);
      return { state: 'up', detail: `Answers; its clock differs by ${Math.abs(Math.round(await exchange.clockOffsetMs()))} ms` };
    } catch (error) {
      if (error instanceof AccountClosed) return null;
      return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
    }
  };

  const tell = (venue: string, light: Light): void => {
    const known = before.get(venue);
    before.set(venue, light.state);
    if (light.state === 'down' && known !== 'down') ports.log.alert('venue', `${venue} cannot be reached: ${light.detail}. Orders wait and go out when it answers again`, { venue });
    if (light.state === 'up' && known === 'down') ports.log.info('venue', `${venue} answers again`, { venue });
  };

  return {
    name: 'venue-check',
    everyMs: 10_000,
    async run() {
      const lights = new Map<string, Light>();
      for (const { accountId, venue } of await ports.store.activeAccounts()) {
        const light = await ask(accountId);
        if (light !== null && lights.get(venue)?.state !== 'down') lights.set(venue, light);
      }
      for (const [venue, light] of lights) {
        tell(venue, light);
        await ports.store.setStatus(`venue:${venue}`, light);
      }
    },
  };
}
