import { setTimeout as sleep } from 'node:timers/promises';
import { bedFault } from './bed.ts';
import type { Fault, Site } from './fault.ts';
import { apiLink, sockets, storeLink } from './links.ts';
import type { FaultName } from './names.ts';
import { close, kill, stop } from './processes.ts';

const FAULTS: { readonly [name in FaultName]: Fault } = {
  kill,
  stop,
  close,
  sockets,
  'store-link': storeLink,
  'api-link': apiLink,
  store: bedFault('store'),
  apiserver: bedFault('apiserver'),
  kubelet: bedFault('kubelet'),
};

/** Faults at the same time. */
const AT_ONCE = 2;
/** Between one fault and the next, milliseconds. */
const EVERY_MS = [1000, 7000] as const;

/** Makes faults of these kinds at random until `site.over` aborts; resolves when all are healed. */
export async function storm(site: Site, names: readonly FaultName[]): Promise<void> {
  const underWay = new Set<Promise<void>>();
  while (!site.over.aborted) {
    const name = site.random.pick(names);
    const fault = FAULTS[name]({ ...site, random: site.random.fork() })
      .catch((error: unknown) => site.account.finding(`fault ${name}`, String(error)))
      .finally(() => underWay.delete(fault));
    underWay.add(fault);
    await sleep(site.random.between(...EVERY_MS), undefined, { signal: site.over }).catch(() => {});
    while (underWay.size >= AT_ONCE) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}
