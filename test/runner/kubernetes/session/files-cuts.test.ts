import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileReader } from '../../../../src/runner/kubernetes/session/file-reader.ts';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import { payloadJson } from '../../../support/launcher/payload.ts';
import { Listener, silentLogger } from './listener.ts';
import { seeded, UnreliablePod } from './unreliable-pod.ts';

const ID = '0197b9a2-7c1e-7bbb-8000-000000000001';

/** Leaves 300 small files and a large one, and prints the large one's SHA-256. */
const PROGRAMS = {
  python: `import hashlib, os
for n in range(300): open(f"{n:03}-{'n' * 150}", "w").write(str(n))
data = os.urandom(4_000_000)
open("large", "wb").write(data)
print(hashlib.sha256(data).hexdigest())`,
  javascript: `const fs = require('fs'), crypto = require('crypto');
for (let n = 0; n < 300; n++) fs.writeFileSync(String(n).padStart(3, '0') + '-' + 'n'.repeat(150), String(n));
const data = crypto.randomBytes(4_000_000);
fs.writeFileSync('large', data);
console.log(crypto.createHash('sha256').update(data).digest('hex'))`,
};

/** All paths, and the SHA-256 of the last file. */
async function takeAll(files: FileReader, signal: AbortSignal): Promise<{ paths: string[]; hash: string }> {
  const paths: string[] = [];
  let bytes = 0;
  for (let total = 1; paths.length < total; ) {
    const page = await files.list(ID, paths.length, signal);
    total = page.total;
    for (const entry of page.entries) {
      paths.push(entry.path);
      bytes = entry.bytes ?? 0;
    }
  }
  const hash = createHash('sha256');
  for await (const part of files.content(ID, paths.length - 1, bytes, signal)) hash.update(part);
  return { paths, hash: `${hash.digest('hex')}\n` };
}

describe.each(['python', 'javascript'] as const)('files over streams that are cut anywhere: %s', (name) => {
  const payload = payloadJson(PROGRAMS[name], {
    language: name,
    fileName: name === 'python' ? 'main.py' : 'main.js',
    outputFiles: ['**'],
  });
  const signal = AbortSignal.timeout(60_000);

  it('come whole and in order', async () => {
    await using launcher = await TestLauncher.start(name);
    const seed = Math.floor(Math.random() * 2 ** 32);
    const pod = new UnreliablePod(launcher, { random: seeded(seed), cutWithin: 1_500_000, failsOf: 20 });
    using session = new Session({ attach: pod.attach, after: 0, logger: silentLogger });
    const listener = new Listener();
    await session.open(signal);
    session.program.run(ID, payload, listener);
    const story = () => `seed ${seed}, ${pod.cuts} cuts`;
    expect(await listener.over, story()).toMatchObject({ cause: 'exit', exitCode: 0 });
    const { paths, hash } = await takeAll(session.files, signal);
    expect(paths, story()).toHaveLength(301);
    expect(paths.at(0), story()).toBe(`000-${'n'.repeat(150)}`);
    expect(hash, story()).toBe(listener.text);
    expect(pod.cuts, story()).toBeGreaterThan(5);
  }, 90_000);

  it('come whole at two servers at once, of which one has come later', async () => {
    await using launcher = await TestLauncher.start(name);
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seeded(seed);
    using sessions = new DisposableStack();
    const listeners: Listener[] = [];
    const attached = (after: number): { session: Session; listener: Listener } => {
      const pod = new UnreliablePod(launcher, { random, cutWithin: 0 });
      const session = sessions.use(new Session({ attach: pod.attach, after, logger: silentLogger }));
      const listener = new Listener(after);
      listeners.push(listener);
      return { session, listener };
    };
    const first = attached(0);
    await first.session.open(signal);
    first.session.program.run(ID, payload, first.listener);
    await first.listener.over;
    const taking = takeAll(first.session.files, signal);
    const second = attached(0);
    second.session.program.follow(ID, second.listener);
    await second.session.open(signal);
    await second.listener.over;
    const [one, other] = await Promise.all([taking, takeAll(second.session.files, signal)]);
    expect(one, `seed ${seed}`).toEqual(other);
    expect(one.hash, `seed ${seed}`).toBe(first.listener.text);
  }, 90_000);
});
