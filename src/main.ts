import { openApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { StoreOpenError } from './db/sqlite/errors.ts';

/** Reads the environment, opens the app, closes it on a signal; a second signal ends the process at once. */
async function main(): Promise<void> {
  const app = await openApp(readConfig(process.env));
  process.stderr.write(`Podline listens on ${app.url} (GraphiQL: open it in a browser)\n`);
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals++;
    if (signals > 1) process.exit(130);
    app.logger.info({ signal }, 'closing');
    app.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function fail(error: unknown): never {
  if (error instanceof ConfigError || error instanceof StoreOpenError) process.stderr.write(`Podline cannot start: ${error.message}\n`);
  else
    process.stderr.write(
      `Podline failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown error'}\n`,
    );
  process.exit(1);
}

main().catch(fail);
