import { LEASE_MS } from '../../src/executions/membership.ts';
import { type Fault, hold, made, withServer } from './fault.ts';

/** Longer than a server is given to close, milliseconds. */
const CLOSE_MS = 30_000;

/** kill -9, and a new process at the same address: at once, or after another has taken over. */
export const kill: Fault = (site) =>
  withServer(site, 'kill', async (replica) => {
    made(site, 'kill', `server ${replica.name} is killed`);
    await replica.end('SIGKILL');
    if (site.random.chance(0.7)) await hold(site, 0, 2 * LEASE_MS);
    await replica.start();
    site.journal.note(`server ${replica.name} is up again`);
  });

/** A process that hangs for longer than its lease, and then goes on. */
export const stop: Fault = (site) =>
  withServer(site, 'stop', async (replica) => {
    made(site, 'stop', `server ${replica.name} is stopped`);
    replica.signal('SIGSTOP');
    await hold(site, LEASE_MS, 2 * LEASE_MS);
    replica.signal('SIGCONT');
    site.journal.note(`server ${replica.name} goes on`);
  });

/** SIGTERM, as any upgrade sends it. */
export const close: Fault = (site) =>
  withServer(site, 'close', async (replica) => {
    made(site, 'close', `server ${replica.name} is told to close`);
    const how = await replica.end('SIGTERM', CLOSE_MS);
    if (how !== '0') {
      const got = how === null ? `nothing for ${CLOSE_MS / 1000} s` : how;
      site.account.finding(`server ${replica.name}`, `expected exit code 0 after SIGTERM, got ${got}`);
    }
    await hold(site, 0, 5000);
    await replica.start();
    site.journal.note(`server ${replica.name} is up again`);
  });
