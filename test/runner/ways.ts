import type { Limits } from '../../src/executions/execution.ts';
import type { Runner } from '../../src/executions/runner.ts';
import { type Observation, ObservedRun, type RunOptions } from '../contract/runner/run.ts';
import { TestSession } from '../contract/session-host/session.ts';

/** How a program can be run. */
export const WAYS = ['by itself', 'as a fresh process of a session', 'as a cell'] as const;
export type Way = (typeof WAYS)[number];

export interface BegunProgram extends AsyncDisposable {
  readonly run: Observation;
}

export interface BeginOptions extends RunOptions {
  /** What another caller's session holds meanwhile, in a file, in its environment and in a variable. */
  readonly secret?: string;
}

/** Begins a program, in a session of its own where it is in one; disposing it ends that. */
export async function beginProgram(
  way: Way,
  runner: Runner,
  language: string,
  code: string,
  { secret = '', ...options }: BeginOptions,
): Promise<BegunProgram> {
  if (way === 'by itself') {
    return { run: new ObservedRun(runner, language, code, options), async [Symbol.asyncDispose]() {} };
  }
  await using opened = new AsyncDisposableStack();
  const limits: Partial<Limits> = options.limits ?? {};
  const other = opened.use(
    await TestSession.open(runner, 'python', {
      files: [{ path: 'secret.txt', content: Buffer.from(secret) }],
      env: [{ name: 'HELD', value: secret }],
    }),
  );
  await other.output('import os\nheld = os.environ["HELD"]\nopen("made.txt", "w").write(held)');
  const session = opened.use(await TestSession.open(runner, language, { limits }));
  if (way === 'as a cell') await session.cell('1').succeeds();
  const run = way === 'as a cell' ? session.cell(code, options) : session.program(code, options);
  const moved = opened.move();
  return { run, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}
