import { databaseGround } from '#shared/adapters/store/process-ground';
import { deploymentOf } from '#shared/adapters/system/deployment-id';
import { runProcess } from '#shared/adapters/system/process-life';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { startApi } from './wiring.ts';

await runProcess('api', startApi, {
  ground: (config) => databaseGround({ databaseUrl: config.databaseUrl, durable: config.databaseDurable, deployment: deploymentOf(config), box: createSecretBox(config.encryptionKey) }),
});
