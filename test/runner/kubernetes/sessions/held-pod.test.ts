import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionRunAdoption, SessionRunOutcome } from '../../../../src/executions/session-host.ts';
import type { Pod, PodState } from '../../../../src/runner/kubernetes/pods/pod.ts';
import type { Ready } from '../../../../src/runner/kubernetes/session/frames.ts';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { HeldPod } from '../../../../src/runner/kubernetes/sessions/held-pod.ts';
import { LANGUAGES } from '../../../../src/runner/languages/languages.ts';
import { anExecution } from '../../../executions/records.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import { NO_INPUT } from '../../../support/program-input.ts';
import { Observer, REQUEST } from '../run/scripted-pod.ts';
import { silentLogger } from '../session/listener.ts';
import { UnreliablePod } from '../session/unreliable-pod.ts';

const ID = 'session-1';
const LIMITS = { timeoutMs: 20_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 100_000 };
const NEVER = new AbortController().signal;
const RUNNER = { kind: 'kubernetes', job: 'job', pod: 'pod', podUid: 'uid', node: null, warm: true };

let launcher: TestLauncher;
let used: DisposableStack;
beforeEach(async () => {
  launcher = await TestLauncher.start('python');
  used = new DisposableStack();
});
afterEach(async () => {
  used.dispose();
  await launcher[Symbol.asyncDispose]();
});

/** A process that holds the session; `state` is what the cluster says of the pod. */
class Holder {
  readonly session: Session;
  readonly closing = new AbortController();
  state: PodState = { state: 'running' };
  removed = 0;
  #held: HeldPod | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(cutWithin = 0) {
    const { attach } = new UnreliablePod(launcher, { random: Math.random, cutWithin });
    this.session = used.use(new Session({ attach, after: 0, logger: silentLogger }));
  }

  get held(): HeldPod {
    if (this.#held === null) throw new Error('Expected it to hold the session');
    return this.#held;
  }

  /** As a new session's. */
  async open(env: readonly { name: string; value: string }[] = []): Promise<this> {
    await this.session.open(NEVER);
    this.session.hold(ID, 1);
    const files = [{ path: 'given.txt', content: Buffer.from('given').toString('base64') }];
    expect(await this.session.give(JSON.stringify({ files, env, epoch: 1 }))).toBeNull();
    return this.#hold(1, null);
  }

  async adopt(epoch: number): Promise<this> {
    this.session.hold(ID, epoch);
    return this.#hold(epoch, await this.session.open(NEVER));
  }

  cell(
    code: string,
    observer = new Observer(),
    context: string | null = 'main',
    id: string = crypto.randomUUID(),
  ) {
    const request = { ...REQUEST, id, code, limits: LIMITS, input: NO_INPUT, context };
    return { observer, outcome: this.held.run(request, observer, NEVER) };
  }

  become(state: PodState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }

  #hold(epoch: number, reported: Ready | null): this {
    const pod: Pod & Disposable = {
      launcher: 'python',
      job: 'job',
      name: 'pod',
      uid: 'uid',
      node: null,
      session: this.session,
      reachable: true,
      observe: () => this.state,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
      },
      readLog: async function* () {
        for (const { line } of [...launcher.lines]) yield line;
      },
      [Symbol.dispose]: () => this.session[Symbol.dispose](),
    };
    const language = LANGUAGES.find(({ name }) => name === 'python');
    if (language === undefined) throw new Error('Expected Python');
    this.#held = new HeldPod({
      pod,
      runner: RUNNER,
      session: { id: ID, limits: LIMITS, epoch },
      language,
      reported,
      closing: this.closing.signal,
      remove: async () => {
        this.removed += 1;
      },
      onLeft: () => undefined,
    });
    return this;
  }
}

function adoptionOf(id: string, observer: Observer): SessionRunAdoption {
  const { text, chunks } = observer;
  return {
    execution: anExecution({ id, status: 'RUNNING', startedAt: Date.now(), limits: LIMITS, context: 'main' }),
    after: chunks.length,
    bytes: Buffer.byteLength(text),
    payload: null,
    input: NO_INPUT,
    context: 'main',
  };
}

function ended(outcome: SessionRunOutcome | 'detached' | null): SessionRunOutcome {
  if (outcome === null || outcome === 'detached') throw new Error(`Expected an end, got ${outcome}`);
  return outcome;
}

async function output(holder: Holder, code: string, context: string | null = 'main'): Promise<string> {
  const { observer, outcome } = holder.cell(code, new Observer(), context);
  const { end } = ended(await outcome);
  if (end.exitCode !== 0)
    throw new Error(`Expected exit code 0, got ${JSON.stringify(end)} ${observer.text}`);
  return observer.text;
}

test('cells keep their variables, fresh processes see the files and the environment, over streams that are cut', async () => {
  const holder = await new Holder(4000).open([{ name: 'GIVEN', value: 'yes' }]);
  for (let n = 1; n <= 10; n++) {
    expect(await output(holder, `${n === 1 ? 'n = 0\n' : ''}n += 1\nprint(n)`)).toBe(`${n}\n`);
  }
  const fresh = 'import os\nprint(open("given.txt").read(), os.environ["GIVEN"], "n" in globals())';
  expect(await output(holder, fresh, null)).toBe('given yes False\n');
  await holder.held[Symbol.asyncDispose]();
  expect(holder.removed).toBe(1);
});

test('what is displayed is one chunk, in however many frames it comes', async () => {
  const holder = await new Holder(20_000).open();
  const code = 'print("before")\ndisplay({"text/plain": "plain", "text/html": "é" * 30_000})\nprint("after")';
  const { observer, outcome } = holder.cell(code);
  expect(ended(await outcome).end.exitCode).toBe(0);
  expect(observer.chunks).toMatchObject([
    { seq: 1, stream: 'STDOUT', text: 'before\n' },
    {
      seq: 2,
      stream: 'DISPLAY',
      text: 'plain',
      display: {
        parts: [{ mediaType: 'text/html', data: 'é'.repeat(30_000), isBase64: false }],
        isResult: false,
      },
    },
    { seq: 3, stream: 'STDOUT', text: 'after\n' },
  ]);
});

test('another process goes on with the running cell, no chunk missing or twice; the first drives it no more', async () => {
  const first = await new Holder().open();
  await output(first, 'x = 41');
  const id = crypto.randomUUID();
  const observer = new Observer();
  const code = 'import time\nfor n in range(30):\n    print(n, flush=True)\n    time.sleep(0.05)';
  const { outcome } = first.cell(code, observer, 'main', id);
  await launcher.printed('5\n');
  const second = await new Holder().adopt(2);
  const adopting = second.held.adopt(adoptionOf(id, observer), observer, NEVER);
  // Its launcher has heard of the second: the first detaches, by itself, and gives it nothing.
  expect(await outcome).toBe('detached');
  expect(await first.cell('x = "stolen"').outcome).toBe('detached');
  const { end, stateLost } = ended(await adopting);
  expect(end).toMatchObject({ reason: 'EXITED', exitCode: 0 });
  expect(stateLost).toBe(false);
  expect(observer.text).toBe(Array.from({ length: 30 }, (_, n) => `${n}\n`).join(''));
  expect(await output(second, 'print(x + 1)')).toBe('42\n');
});

test('a cell that ended while nobody held the session is told as it ended; the next one runs', async () => {
  const first = await new Holder().open();
  const id = crypto.randomUUID();
  const observer = new Observer();
  const { outcome } = first.cell(
    'import time\nprint(1, flush=True)\ntime.sleep(0.3)\nx = 2\nprint(2)',
    observer,
    'main',
    id,
  );
  await launcher.printed('1\n');
  first.closing.abort('INTERRUPTED');
  expect(await outcome).toBe('detached');
  first.held.detach();
  await launcher.frame((frame) => frame.type === 'end');
  const second = await new Holder().adopt(2);
  const { end } = ended(await second.held.adopt(adoptionOf(id, observer), observer, NEVER));
  expect(end).toMatchObject({ exitCode: 0 });
  expect(observer.text).toBe('1\n2\n');
  expect(await output(second, 'print(x)')).toBe('2\n');
});

test('one that was to start is given once, whoever gives it', async () => {
  const first = await new Holder().open();
  await output(first, 'n = 0');
  const id = crypto.randomUUID();
  const { outcome } = first.cell('n += 1\nprint(n)', new Observer(), 'main', id);
  await launcher.printed('1\n');
  await outcome;
  const observer = new Observer();
  const second = await new Holder().adopt(2);
  const payload = { stdin: '', files: [], env: [] };
  const adoption = { ...adoptionOf(id, observer), payload };
  expect(ended(await second.held.adopt(adoption, observer, NEVER)).end.exitCode).toBe(0);
  expect(observer.text).toBe('1\n');
  const never = { ...adoptionOf(crypto.randomUUID(), new Observer()), payload };
  const begun = { ...never, execution: { ...never.execution, status: 'STARTING' as const, startedAt: null } };
  const other = new Observer();
  expect(
    ended(
      await second.held.adopt(
        { ...begun, execution: { ...begun.execution, code: 'print(n)' } },
        other,
        NEVER,
      ),
    ).end.exitCode,
  ).toBe(0);
  expect(other.text).toBe('1\n');
  // Of one that is said to run, and of which its launcher knows nothing, nothing can be told.
  expect(
    await second.held.adopt(adoptionOf(crypto.randomUUID(), new Observer()), new Observer(), NEVER),
  ).toBeNull();
});

test('a run of which nobody knows is stopped before the next one', async () => {
  const first = await new Holder().open();
  void first.cell('import time\nprint("up", flush=True)\ntime.sleep(100)');
  await launcher.printed('up');
  first.closing.abort('INTERRUPTED');
  first.held.detach();
  const second = await new Holder().adopt(2);
  expect(await output(second, 'print("next")')).toBe('next\n');
});

test('a session that is disposed ends what runs in it, with all that it printed', async () => {
  const holder = await new Holder().open();
  const { observer, outcome } = holder.cell('print("up", flush=True)\nwhile True: pass');
  await launcher.printed('up');
  await holder.held[Symbol.asyncDispose]();
  expect(ended(await outcome).end.reason).toBe('INTERRUPTED');
  expect(observer.text).toBe('up\n');
  expect(await launcher.exited).toEqual({ code: 0, signal: null });
});

test('a pod that ends is told once, in the words of its end', async () => {
  const holder = await new Holder().open();
  const { outcome } = holder.cell('print("up", flush=True)\nwhile True: pass');
  await launcher.printed('up');
  holder.become({ state: 'gone', reason: 'EVICTED', message: 'Its node was lost or closed to it.' });
  expect(ended(await outcome).end).toMatchObject({ reason: 'EVICTED' });
  expect(await holder.held.ended).toEqual({ reason: 'LOST', message: 'Its node was lost or closed to it.' });
  holder.become({ state: 'ended', reason: 'OUT_OF_MEMORY', message: 'Its container ran out of memory.' });
  expect(await holder.held.ended).toMatchObject({ reason: 'LOST' });
});
