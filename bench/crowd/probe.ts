import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { received, runChild, send } from './child.ts';

/** What the probe is to ask for. */
export interface Probing {
  readonly url: string;
  readonly everyMs: number;
}

/** How long each answer took, milliseconds. */
export interface Probed {
  readonly samples: readonly number[];
}

/** A connection for each, as probes of a cluster have. */
function ask(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume().once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
}

async function probe({ url, everyMs }: Probing, stop: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  while (!stop.aborted) {
    const askedAt = performance.now();
    await ask(url);
    const tookMs = performance.now() - askedAt;
    // Those that would have been sent meanwhile would have waited too.
    for (let waited = tookMs; waited > 0; waited -= everyMs) samples.push(waited);
    await sleep(Math.max(0, everyMs - tookMs));
  }
  return samples;
}

runChild(async () => {
  const messages = received();
  const { value: task } = await messages.next();
  const stop = new AbortController();
  void messages.next().then(() => stop.abort());
  await send({ samples: await probe(task as Probing, stop.signal) } satisfies Probed);
});
