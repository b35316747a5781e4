import { openApp } from './app.ts';
import { nearMisses } from './config/near-misses.ts';
import { ConfigError, readConfig } from './config.ts';
import { describeClosing, describeListenFailure } from './messages.ts';

/** Reads the environment, opens the app, closes it on a signal; a second signal ends the process at once. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  for (const { name, meant } of nearMisses(process.env)) {
    process.stderr.write(`${name} is no setting of Podline and has no effect. Did you mean ${meant}?\n`);
  }
  const app = await openApp(config);
  process.stderr.write(`Podline listens on ${app.url} (open it in a browser)\n`);
  if (app.warning !== null) process.stderr.write(`\nWARNING: ${app.warning}\n\n`);
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals++;
    if (signals > 1) process.exit(130);
    app.logger.info({ signal }, 'closing');
    const waiting = describeClosing(app.executions.running, app.maxWaitMs);
    if (waiting !== null) process.stderr.write(`${waiting}\n`);
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
  const listening = describeListenFailure(error);
  if (listening !== null) return listening;
  const isTheirs = error instanceof ConfigError || 'code' in error;
  return isTheirs ? error.message : (error.stack ?? error.message);
}

main().catch((error: unknown) => fail('Podline cannot start', error));
