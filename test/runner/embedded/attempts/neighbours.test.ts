import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { processesOf } from '../processes.ts';
import { readOutcomes } from './attempt.ts';
import { composeJavascript } from './compose.ts';
import { Host } from './host.ts';
import { neighbours } from './javascript/neighbours.ts';
import { openRunner } from './runner.ts';

/** Waits to be reached, and says so when it is. */
const WAITING = `// Waits in the test of neighbours.
const secret = Deno.args[0];
new BroadcastChannel('podline').onmessage = () => console.log('reached by a message');
navigator.locks?.request('podline', () => new Promise(() => {}));
for (const signal of ['SIGURG', 'SIGCONT', 'SIGUSR1']) Deno.addSignalListener(signal, () => console.log('reached by a signal'));
sessionStorage.setItem('podline', secret);
console.log('waiting');
setInterval(() => {}, 1000);
`;

/** Where the host has the directory of a sandbox. */
function directoryOf(dataDir: string): string {
  const base = join(dataDir, 'sandboxes');
  const found = readdirSync(base, { recursive: true, encoding: 'utf8' }).find((path) => /\/\d+$/.test(path));
  if (found === undefined) throw new Error(`Expected a sandbox below ${base}, got none`);
  return join(base, found);
}

describe('another execution', () => {
  let host: Host;
  let runner: Runner;
  let waiting: ObservedRun;

  beforeAll(async () => {
    host = await Host.open();
    runner = await openRunner({ dataDir: host.view.dataDir, warm: { javascript: 2 } });
    waiting = new ObservedRun(runner, 'javascript', WAITING, {
      args: [host.secret],
      payload: { files: [{ path: 'secret.txt', content: Buffer.from(host.secret) }] },
    });
    await waiting.printed('\n');
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  it('is out of reach while it runs', async () => {
    const [pid = 0] = processesOf('Waits in the test of neighbours');
    const directory = directoryOf(host.view.dataDir);
    const code = composeJavascript(neighbours, { ...host.view, directory, serverPid: pid });
    const run = new ObservedRun(runner, 'javascript', code);
    await run.endsBy('EXITED');

    const outcomes = readOutcomes(run.text());
    for (const { name, refusal } of neighbours) {
      expect(outcomes.get(name)).toMatchObject({
        name,
        reached: false,
        detail: expect.stringContaining(refusal),
      });
    }
    expect(await host.damage(run.text() + run.text('STDERR'))).toEqual([]);
    waiting.stop('CANCELLED');
    await waiting.endsBy('CANCELLED');
    expect(waiting.text().trim().split('\n')).toHaveLength(1);
  });

  it('leaves nothing for the next', async () => {
    const leaving = `
      const store = (name) => { try { globalThis[name].setItem('podline', Deno.args[0]); } catch {} };
      store('localStorage'); store('sessionStorage');
      await caches.open('podline').then((cache) => cache.put('https://a.example/', new Response(Deno.args[0])), () => {});
      Deno.env.set('PODLINE_LEFT', Deno.args[0]);
      Object.prototype.left = Deno.args[0];`;
    const looking = `
      const found = [globalThis.left, Deno.env.get('PODLINE_LEFT'), sessionStorage.getItem('podline')];
      try { found.push(localStorage.getItem('podline')); } catch {}
      await caches.open('podline').then((cache) => cache.match('https://a.example/')).then((hit) => found.push(hit), () => {});
      console.log(JSON.stringify([...found.filter((one) => one != null), ...[...Deno.readDirSync('.')].map(({ name }) => name)]));`;
    const first = new ObservedRun(runner, 'javascript', leaving, { args: [host.secret] });
    await first.endsBy('EXITED');
    const second = new ObservedRun(runner, 'javascript', looking);
    await second.endsBy('EXITED');
    expect(JSON.parse(second.text())).toEqual(['main.js']);
  });

  it('leaves nothing for the next in python', async () => {
    const first = new ObservedRun(
      runner,
      'python',
      `import os, sys
for place in ("/tmp/left", "/program/left", os.path.expanduser("~/left")): open(place, "w").write(sys.argv[1])
os.environ["PODLINE_LEFT"] = sys.argv[1]`,
      { args: [host.secret] },
    );
    await first.endsBy('EXITED');
    const second = new ObservedRun(
      runner,
      'python',
      `import os
print(os.listdir("/tmp"), os.listdir("/program"), os.listdir(os.path.expanduser("~")), "PODLINE_LEFT" in os.environ)`,
    );
    await second.endsBy('EXITED');
    expect(second.text()).toBe("[] ['main.py'] [] False\n");
  });
});
