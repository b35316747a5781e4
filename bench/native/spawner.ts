import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { received, runChild, send } from '../crowd/child.ts';

/** What is to be run, over and over. */
export interface Spawning {
  readonly command: readonly string[];
  readonly directory: string;
  readonly atOnce: number;
  /** How long new ones are started, milliseconds. */
  readonly forMs: number;
}

export interface Spawned {
  /** How long each took from its start to its end with all it printed, milliseconds. */
  readonly lengths: readonly number[];
  /** And to the first that it printed. */
  readonly firstOutputs: readonly number[];
  /** To the end of the last, milliseconds. */
  readonly tookMs: number;
  /** Processor time of this process itself, milliseconds. */
  readonly ownCpuMs: number;
  /** What the last one printed, in bytes. */
  readonly bytes: number;
}

/** The environment that the command gets. */
const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };

/** As the service's programs have it (nice), so that other work on the machine holds up both alike. */
const PRIORITY = 5;

interface Run {
  readonly bytes: number;
  /** Of `performance.now()`. */
  readonly firstOutputAt: number;
}

async function runOnce(command: readonly string[], cwd: string): Promise<Run> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd, env: ENV, stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.pid !== undefined) setPriority(child.pid, PRIORITY);
  let bytes = 0;
  let firstOutputAt = Number.NaN;
  child.stdout.on('data', (part: Buffer) => {
    if (bytes === 0) firstOutputAt = performance.now();
    bytes += part.length;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`expected ${file} to end with 0, got ${code}`);
  return { bytes, firstOutputAt };
}

async function run({ command, directory, atOnce, forMs }: Spawning): Promise<Spawned> {
  const cpuBefore = process.cpuUsage();
  const lengths: number[] = [];
  const firstOutputs: number[] = [];
  let bytes = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      do {
        const startedAt = performance.now();
        const last = await runOnce(command, directory);
        lengths.push(performance.now() - startedAt);
        firstOutputs.push(last.firstOutputAt - startedAt);
        bytes = last.bytes;
      } while (performance.now() - began < forMs);
    }),
  );
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { lengths, firstOutputs, tookMs, ownCpuMs: (user + system) / 1000, bytes };
}

runChild(async () => {
  for await (const task of received()) await send(await run(task as Spawning));
});
