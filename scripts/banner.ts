import type { Config } from '#shared/contracts/config';

/** What is known once everything runs. */
export interface BannerFacts {
  config: Config;
  webPort: number;
  paperUrl: string;
  /** Given by the api while there is no administrator yet. */
  setupLink: string | null;
}

/** What `npm start` prints when everything is ready: where it is and how to sign in. */
export function banner({ config, webPort, paperUrl, setupLink }: BannerFacts): string {
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const host = everywhere ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host;
  const signIn = setupLink ? `open this link once to create the administrator: ${setupLink}` : config.admin ? `as ${config.admin.email}` : 'with your account';
  const mode = config.trading.mode === 'live' && !config.trading.approved ? 'live, but not approved: no live account trades (TRADING_APPROVED=true approves)' : config.trading.mode;
  return [
    '',
    '  Tranche is ready',
    '',
    `  Web app         http://${host}:${webPort}${everywhere ? ' (on every address of this machine)' : ''}`,
    `  Sign in         ${signIn}`,
    `  Paper exchange  ${paperUrl}`,
    `  Trading mode    ${mode}`,
    '  Stop            Ctrl-C',
    '',
    '',
  ].join('\n');
}
