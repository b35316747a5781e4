import type { Attempt } from '../attempt.ts';

const WAIT = 'Nobody answered';

/** Reaching another execution: `host.directory` is its working directory, `host.serverPid` its process. */
export const neighbours: readonly Attempt[] = [
  {
    name: 'a file of its directory',
    code: `return Deno.readTextFileSync(host.directory + '/secret.txt')`,
    refusal: 'Requires read access',
  },
  {
    name: 'its directory, by a path of its own',
    code: `return Deno.readTextFileSync('../' + host.directory.split('/').at(-1) + '/secret.txt')`,
    refusal: 'Requires read access',
  },
  {
    name: 'its program',
    code: `return await import('file://' + host.directory + '/main.js')`,
    refusal: 'Requires read access',
  },
  {
    name: 'the directories of all',
    code: `return [...Deno.readDirSync('..')].map(({ name }) => name)`,
    refusal: 'Requires read access',
  },
  {
    name: 'its memory',
    code: `return Deno.openSync('/proc/' + host.serverPid + '/mem')`,
    refusal: 'Requires',
  },
  {
    name: 'its output',
    code: `return Deno.openSync('/proc/' + host.serverPid + '/fd/1', { write: true })`,
    refusal: 'Requires',
  },
  {
    name: 'a signal',
    code: `return Deno.kill(host.serverPid, 'SIGURG') ?? 'sent'`,
    refusal: 'Requires run access',
  },
  {
    name: 'a message',
    code: `
      const channel = new BroadcastChannel('podline');
      try {
        return await new Promise((resolve, reject) => {
          channel.onmessage = resolve;
          channel.postMessage('hello');
          setTimeout(() => reject(new Error('${WAIT}')), 200);
        });
      } finally { channel.close(); }`,
    refusal: WAIT,
  },
  {
    name: 'a lock',
    code: `
      const held = (await navigator.locks.query()).held;
      if (held.length === 0) throw new Error('There is no lock');
      return held;`,
    refusal: '',
  },
  {
    name: 'its storage',
    code: `
      const found = sessionStorage.getItem('podline') ?? localStorage.getItem('podline');
      if (found === null) throw new Error('There is nothing');
      return found;`,
    refusal: '',
  },
];
