import { openApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';

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
      (error: unknown) => fail('Podline did not close cleanly', error),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function fail(what: string, error: unknown): never {
  process.stderr.write(`${what}: ${describe(error)}\n`);
  process.exit(1);
}

/** What somebody can mend is a sentence; a defect comes with its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'for an unknown reason';
  const isTheirs = error instanceof ConfigError || 'code' in error;
  return isTheirs ? error.message : (error.stack ?? error.message);
}

main().catch((error: unknown) => fail('Podline cannot start', error));
