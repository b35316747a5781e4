import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnusableError } from '../benchmark.ts';
import { Child } from '../crowd/child.ts';
import { ProcessorGroup } from '../service/processor-group.ts';
import { type Bare, inBubblewrap } from './commands.ts';
import type { Spawned, Spawning } from './spawner.ts';

export interface Measured extends Spawned {
  /** Processor time of one run, its spawner's aside, milliseconds; not a number where it cannot be told. */
  readonly cpuMs: number;
}

/** Runs commands without Podline, from a small process of its own as the service's programs are. */
export class Place implements AsyncDisposable {
  readonly #directory: string;
  readonly #spawner: Child<Spawning>;
  readonly #group = ProcessorGroup.open();

  private constructor(directory: string) {
    this.#directory = directory;
    const nothing = { command: ['/bin/true'], directory, atOnce: 1, forMs: 0 };
    this.#spawner = new Child('../native/spawner.ts', nothing);
    this.#group?.add(this.#spawner.pid);
  }

  /** @throws UnusableError where there is no bubblewrap */
  static async open(): Promise<Place> {
    await access('/usr/bin/bwrap').catch(() => {
      throw new UnusableError('expected bubblewrap in /usr/bin, got none');
    });
    const place = new Place(await mkdtemp(join(tmpdir(), 'podline-bench-native-')));
    await place.#spawner.next<Spawned>();
    return place;
  }

  /** The command of a language, bare or in a fresh jail for each run. @param forMs how long new ones are started, milliseconds */
  async run(
    { fileName, command }: Bare,
    code: string,
    {
      isJailed,
      atOnce,
      forMs,
    }: { readonly isJailed: boolean; readonly atOnce: number; readonly forMs: number },
  ): Promise<Measured> {
    await writeFile(join(this.#directory, fileName), code);
    const directory = this.#directory;
    const whole = isJailed ? inBubblewrap(command, directory) : command;
    this.#spawner.send({ command: whole, directory, atOnce, forMs } satisfies Spawning);
    const before = this.#group?.usedMs() ?? Number.NaN;
    const spawned = await this.#spawner.next<Spawned>();
    const usedMs = (this.#group?.usedMs() ?? Number.NaN) - before;
    return { ...spawned, cpuMs: (usedMs - spawned.ownCpuMs) / spawned.lengths.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spawner[Symbol.asyncDispose]();
    this.#group?.[Symbol.dispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
