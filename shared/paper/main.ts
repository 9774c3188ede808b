import { createPool } from '#shared/adapters/store/connect';
import { runProcess } from '#shared/adapters/system/process-life';
import { controlToken } from './control-token.ts';
import { startPaperExchange } from './paper-exchange.ts';

await runProcess('paper-exchange', async ({ config, log }) => {
  const pool = createPool(config.databaseUrl, { max: 8, name: 'tranche paper exchange', onError: (error) => log.warn('paper', 'an idle database connection broke', { error: error.message }) });
  const exchange = await startPaperExchange({ pool, port: config.paper.port, host: config.paper.host, log, enforceLimits: config.venueLimits, controlToken: controlToken(config.encryptionKey) });
  return {
    async close() {
      await exchange.close();
      await pool.end();
    },
  };
});
