import type { Gate } from '../gate.ts';
import type { Gates } from '../replicas/replica.ts';
import { type Fault, hold, made, type Site } from './fault.ts';

/** Clients' connections are cut, WebSockets among them. */
export const sockets: Fault = async (site) => {
  const [who, gates] = choose(site, 'clients');
  made(site, 'sockets', `connections of clients to ${who} are cut`);
  for (let times = site.random.between(1, 8); times > 0; times--) {
    for (const gate of gates) {
      // As many numbers are drawn as there are connections.
      const forCut = site.random.fork();
      gate.cut(() => forCut.chance(0.6));
    }
    await hold(site, 50, 800);
  }
};

/** The way to the store is cut, refused or silent: to one server, or to all. */
export const storeLink: Fault = (site) => failLink(site, 'store');

/** The same with the way to the cluster's API, watches and attached streams included. */
export const apiLink: Fault = (site) => failLink(site, 'api');

async function failLink(site: Site, link: 'store' | 'api'): Promise<void> {
  const [who, gates] = choose(site, link);
  const how = site.random.pick(['cut', 'refuse', 'freeze'] as const);
  made(site, `${link}-link (${how})`, `the way from ${who} to the ${link}: ${how}`);
  for (const gate of gates) gate[how]();
  if (how === 'cut') return;
  await hold(site, 500, 16_000);
  for (const gate of gates) {
    // What was underway in a silent connection is lost, or comes late.
    if (how === 'freeze' && site.random.chance(0.5)) gate.cut();
    gate.pass();
  }
  site.journal.note(`the way from ${who} to the ${link} is open`);
}

function choose({ replicas, random }: Site, link: keyof Gates): [who: string, gates: Gate[]] {
  const chosen = random.chance(0.3) ? replicas : [random.pick(replicas)];
  const who = chosen.length === 1 ? `server ${chosen[0]?.name}` : 'all servers';
  return [who, chosen.map(({ gates }) => gates[link])];
}
