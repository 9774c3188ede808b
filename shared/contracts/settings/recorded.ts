/**
 * Settings that are kept and shown and change nothing, each with the reason in words that the form shows beside it. Every other
 * setting acts, which `test/contracts/settings-walk.test.ts` proves one by one.
 */
export const recordedSettings: Readonly<Record<string, string>> = {
  'app.mode': 'Tranche is always used as a web app.',
  'exchange.api_key': 'Keys belong to accounts, where they are encrypted; the configuration can be exported and never holds one.',
  'exchange.api_secret': 'As the key: it belongs to an account.',
  'risk_engine.offset_mode': 'Losses are always offset by their value.',
  'security.store_secrets_encrypted': 'Secrets are always encrypted at rest; this cannot be switched off.',
  'security.key_vault_path': 'A note for people: the encryption key itself comes from the environment or from the data directory.',
  'UI.framework': 'The web app is always built with React.',
  'deployment.docker_enabled': 'A note for people: how Tranche was started decides this.',
  'deployment.auto_update': 'A note for people: Tranche never replaces itself; whoever deploys it does.',
};

/**
 * Settings of the whole installation: of all configurations, the first administrator's alone counts for these. Dotted paths of keys
 * or groups.
 */
export const houseSettingPaths: readonly string[] = ['app.data_dir', 'app.log_level', 'app.auto_restart', 'logging'];
