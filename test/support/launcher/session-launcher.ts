import { createHash } from 'node:crypto';
import { type EndFrame, type Frame, type OutFrame, type SessionFrame, textOf } from './frames.ts';
import { TestLauncher } from './launchers.ts';
import { payloadJson, type Wanted } from './payload.ts';

/** What a test wants of a run in a session. */
export interface WantedRun extends Wanted {
  readonly context?: string;
  /** 1 by default. */
  readonly epoch?: number;
}

export interface Display {
  readonly text: string;
  readonly parts: readonly {
    readonly mediaType: string;
    readonly data: string;
    readonly isBase64: boolean;
  }[];
  readonly isResult: boolean;
}

/** A line with a payload. */
export function payloadLine(word: 'run' | 'session', id: string, json: string): string {
  const hash = createHash('sha256').update(json).digest('hex');
  return `${word} ${id} ${Buffer.byteLength(json)} ${hash} ${json}`;
}

/** A launcher's session, as the server of a test drives it. */
export class LauncherSession implements AsyncDisposable {
  readonly launcher: TestLauncher;
  readonly #language: 'python' | 'javascript';
  /** Of the run that was sent last. */
  number = 0;

  private constructor(launcher: TestLauncher, language: 'python' | 'javascript') {
    this.launcher = launcher;
    this.#language = language;
  }

  static async open(
    language: 'python' | 'javascript',
    {
      files = [],
      env = {},
      ...options
    }: { readonly lingerMs?: number; readonly shell?: boolean } & Pick<Wanted, 'files' | 'env'> = {},
  ): Promise<LauncherSession> {
    const { shell, ...more } = options;
    const environment = { PATH: process.env['PATH'] ?? '', PODLINE_LAUNCHER: 'shell' };
    const launcher = await TestLauncher.start(language, { ...more, ...(shell && { env: environment }) });
    const session = new LauncherSession(launcher, language);
    const written = files.map(({ path, content }) => ({
      path,
      content: Buffer.from(content).toString('base64'),
    }));
    const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
    launcher.send(
      payloadLine('session', 's-1', JSON.stringify({ files: written, env: variables, epoch: 1 })),
    );
    await launcher.frame((frame): frame is SessionFrame => frame.type === 'session');
    return session;
  }

  /** The line of a run; the next one unless another ordinal is given. */
  line(code: string, { context, epoch = 1, ...wanted }: WantedRun = {}, number = this.number + 1): string {
    const fileName = this.#language === 'python' ? 'main.py' : 'main.js';
    const json = payloadJson(code, { language: this.#language, fileName, ...wanted });
    const payload = { ...JSON.parse(json), run: number, epoch, ...(context !== undefined && { context }) };
    return payloadLine('run', `run-${number}`, JSON.stringify(payload));
  }

  /** Sends the next run. */
  begin(code: string, wanted: WantedRun = {}): number {
    this.launcher.send(this.line(code, wanted));
    this.number += 1;
    return this.number;
  }

  async end(number = this.number): Promise<EndFrame> {
    return await this.launcher.frame(
      (frame): frame is EndFrame => frame.type === 'end' && frame.r === number,
    );
  }

  /** Sends the next run, and resolves at its end. */
  async run(
    code: string,
    wanted: WantedRun = {},
  ): Promise<{ end: EndFrame; stdout: string; stderr: string; displays: readonly Display[] }> {
    const number = this.begin(code, wanted);
    const end = await this.end();
    const frames = this.frames(number);
    return { end, stdout: textOf(frames, 1), stderr: textOf(frames, 2), displays: displaysOf(frames) };
  }

  /** Resolves when the run under way has printed `text`. */
  async printed(text: string, s: 1 | 2 = 1): Promise<void> {
    await this.launcher.until(() => textOf(this.frames(), s).includes(text) || undefined);
  }

  /** Chunks of a run. */
  frames(number = this.number): OutFrame[] {
    return this.launcher.frames.filter(
      (frame: Frame): frame is OutFrame => frame.type === 'out' && frame.r === number,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.launcher[Symbol.asyncDispose]();
  }
}

/** What the chunks display, put together, repeats left out. */
export function displaysOf(frames: readonly OutFrame[]): Display[] {
  const texts = new Map<number, string[]>();
  for (const { n, s, d, i = 0 } of frames) {
    if (s !== 3) continue;
    const pieces = texts.get(n) ?? [];
    pieces[i] = d;
    texts.set(n, pieces);
  }
  return [...texts.values()].map((pieces) => JSON.parse(pieces.join('')));
}
