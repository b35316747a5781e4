import type { RunnerInfo } from '../../../../src/executions/execution.ts';
import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../../../src/executions/execution.ts';
import type { Chunk } from '../../../../src/executions/output/chunk.ts';
import type { Adoption, RunObserver, RunRequest } from '../../../../src/executions/run.ts';
import type { Pod, PodState } from '../../../../src/runner/kubernetes/pods/pod.ts';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { TakenFiles } from '../../../contract/runner/taken-files.ts';
import { NO_INPUT } from '../../../support/program-input.ts';
import { silentLogger } from '../session/listener.ts';
import { ScriptedLauncher, start } from '../session/scripted-launcher.ts';

export const ID = '0197b9a2-7c1e-7bbb-8000-000000000002';

/** A pod whose launcher and state a test plays. Its program starts when it is given, unless `starts` is false. */
export class ScriptedPod implements Pod, Disposable {
  readonly launcher = 'python';
  readonly job = 'job-1';
  readonly name = 'pod-1';
  readonly uid = 'uid-1';
  readonly node = 'node-1';
  readonly script = new ScriptedLauncher();
  readonly session: Session;
  starts = true;
  reachable = true;
  /** Reading the log fails. */
  logFails = false;
  logReads = 0;
  #state: PodState = { state: 'running' };
  readonly #listeners = new Set<() => void>();

  constructor(after = 0) {
    this.session = new Session({ attach: this.script.attach, after, logger: silentLogger });
    this.script.onCommand = (order) => {
      if (!order.startsWith('run ') || !this.starts || this.script.state !== 'waiting') return;
      Object.assign(this.script, { state: 'running', id: ID });
      this.script.send(start(ID));
    };
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  observe(): PodState {
    return this.#state;
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async *readLog(): AsyncIterable<string> {
    this.logReads += 1;
    if (this.logFails) throw new Error('The log cannot be read.');
    if (this.#state.state !== 'gone') yield* [...this.script.log];
  }

  become(state: PodState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Its process 1 exits: nothing can be attached to any more. */
  exit(): void {
    this.script.attachable = false;
    for (const stream of this.script.streams) stream.close();
  }

  [Symbol.dispose](): void {
    this.session[Symbol.dispose]();
  }
}

/** Writes down what a run tells. */
export class Observer implements RunObserver {
  readonly told: string[] = [];
  readonly chunks: Chunk[] = [];
  readonly places: RunnerInfo[] = [];
  readonly files = new TakenFiles();
  startedAt: number | null = null;
  stored = 0;
  /** What comes of storing where it is; false: another process owns the execution. */
  onPlaced: () => Promise<unknown> = async () => undefined;
  pause: () => Promise<void> | undefined = () => undefined;

  get text(): string {
    return this.chunks.map(({ text }) => text).join('');
  }

  async bound(runner: RunnerInfo): Promise<boolean> {
    this.told.push('bound');
    this.places.push(runner);
    return (await this.onPlaced()) !== false;
  }

  started(at: number): void {
    this.told.push('started');
    this.startedAt = at;
  }

  output(chunks: readonly Chunk[]): void | Promise<void> {
    this.told.push('output');
    this.chunks.push(...chunks);
    return this.pause();
  }

  storedSeq(): number {
    return this.stored;
  }

  waiting(message: string): void {
    this.told.push(message);
  }
}

export const REQUEST: RunRequest = {
  id: ID,
  language: 'python',
  fileName: 'main.py',
  code: 'print(1)',
  args: [],
  limits: { timeoutMs: 5000, memoryMb: 64, cpuMillis: 1000, outputBytes: 1000 },
  outputFiles: [],
  input: NO_INPUT,
  payload: {
    stdin: '',
    files: [{ path: 'a', content: Buffer.from('b') }],
    env: [{ name: 'SECRET', value: 'c' }],
  },
};

/** The same, under way in another process. */
export function adoptionOf(
  fields: Partial<Adoption> & { readonly startedAt?: number | null } = {},
): Adoption {
  const { startedAt = Date.now(), after = 0, bytes = 0, payload = null } = fields;
  const execution = {
    ...REQUEST,
    caller: 'anonymous',
    uniqueKey: `id:${ID}`,
    inputHash: null,
    status: startedAt === null ? ('STARTING' as const) : ('RUNNING' as const),
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    labels: [],
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    outputFiles: REQUEST.outputFiles,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt: Date.now() - 1000,
    startedAt,
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: null,
    owner: null,
    epoch: 2,
  };
  return { execution, after, bytes, payload, input: NO_INPUT };
}
