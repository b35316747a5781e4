import { expect } from 'vitest';
import { submit } from '../../../service/support/executions.ts';
import type { Headers } from '../../../service/support/graphql.ts';
import { linesText } from '../../service/support/programs.ts';
import { Viewer } from '../../service/support/viewer.ts';

const LINES = 300;
/** Nobody forges it by accident. */
const EXIT_CODE = 7;

const PROGRAMS = {
  python: `
import sys, time
for line in range(1, ${LINES} + 1):
    print("line", line, flush=True)
    time.sleep(0.03)
sys.exit(${EXIT_CODE})`,
  javascript: `
for (let line = 1; line <= ${LINES}; line++) {
  console.log('line ' + line);
  await new Promise((resolve) => setTimeout(resolve, 30));
}
process.exit(${EXIT_CODE});`,
} as const;

/** Executions of another caller, one after the other without end, each of which must come through whole. */
export class Neighbours {
  readonly #url: string;
  readonly #headers: Headers;
  readonly #stopped = new AbortController();
  readonly #chain: Promise<number>;
  #current = Promise.withResolvers<void>();

  constructor(url: string, headers: Headers) {
    this.#url = url;
    this.#headers = headers;
    this.#chain = this.#run();
    this.#chain.catch(() => {});
  }

  /** Resolves while one is printing. */
  async printing(): Promise<void> {
    await Promise.race([this.#current.promise, this.#chain]);
  }

  /** Lets the last one end; resolves to how many there were. Rejects when one was not left alone. */
  stop(): Promise<number> {
    this.#stopped.abort();
    return this.#chain;
  }

  async #run(): Promise<number> {
    let count = 0;
    while (!this.#stopped.signal.aborted) {
      const language = count % 2 === 0 ? 'python' : 'javascript';
      const id = await submit(this.#url, { code: PROGRAMS[language], language }, this.#headers);
      const viewer = new Viewer(this.#url, id, this.#headers);
      await viewer.printed('line 1\n');
      this.#current.resolve();
      const ended = await viewer.end();
      this.#current = Promise.withResolvers();
      expect(ended).toMatchObject({
        status: 'FAILED',
        endReason: 'EXITED',
        exitCode: EXIT_CODE,
        stderr: '',
        output: linesText(LINES),
      });
      count++;
    }
    return count;
  }
}
