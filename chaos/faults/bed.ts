import { neighbours, type Testbed } from '../bed/testbed.ts';
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
  const { testbed, random, account, journal, bed } = site;
  if (!testbed || site.over.aborted) return;
  if (!site.evenIfShared && (await neighbours(site.namespace)).length > 0) {
    account.count('Faults', `${name}: left out, others use the test bed`);
    bed.leftOut++;
    return;
  }
  const isStopped = random.chance(0.4);
  bed.made++;
  made(
    site,
    isStopped ? `${name} (stop)` : `${name} (kill)`,
    `the test bed's ${name} is ${isStopped ? 'stopped' : 'killed'}`,
  );
  if (isStopped) await stopFor(testbed, name, () => hold(site, 500, 16_000));
  else await killFor(testbed, name, () => hold(site, 500, 16_000));
  journal.note(`the test bed's ${name} is back`);
}

async function stopFor(testbed: Testbed, name: BedFaultName, during: () => Promise<void>): Promise<void> {
  // Whatever ends this program, it leaves nothing stopped.
  const last = () => testbed.continueAtOnce(name);
  process.once('exit', last);
  try {
    await testbed.fail(name, 'STOP');
    await during();
  } finally {
    await testbed.fail(name, 'CONT');
    process.off('exit', last);
  }
}

async function killFor(testbed: Testbed, name: BedFaultName, during: () => Promise<void>): Promise<void> {
  try {
    await testbed.fail(name, 'KILL');
    await during();
  } finally {
    await testbed.heal(name);
  }
}
