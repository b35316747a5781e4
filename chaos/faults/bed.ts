import { neighbours } from '../bed/testbed.ts';
import { type Fault, hold, made, type Site } from './fault.ts';
import type { BedFaultName } from './names.ts';

/** A component of the test bed is killed and brought back, or stopped for a while. One at a time. */
export function bedFault(name: BedFaultName): Fault {
  return (site) => {
    const mine = last.then(() => failComponent(site, name));
    last = mine.catch(() => {});
    return mine;
  };
}

let last: Promise<void> = Promise.resolve();

async function failComponent(site: Site, name: BedFaultName): Promise<void> {
  const { testbed, random, account, journal } = site;
  if (!testbed || site.over.aborted) return;
  if (!site.evenIfShared && (await neighbours(site.namespace)).length > 0) {
    account.count('Faults', `${name}: left out, others use the test bed`);
    return;
  }
  const isStopped = random.chance(0.4);
  made(
    site,
    isStopped ? `${name} (stop)` : `${name} (kill)`,
    `the test bed's ${name} is ${isStopped ? 'stopped' : 'killed'}`,
  );
  await testbed.fail(name, isStopped ? 'STOP' : 'KILL');
  site.bedFailed();
  try {
    await hold(site, 500, 16_000);
  } finally {
    if (isStopped) await testbed.fail(name, 'CONT');
    else await testbed.heal(name);
  }
  site.bedFailed();
  journal.note(`the test bed's ${name} is back`);
}
