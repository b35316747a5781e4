import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { type Execution, submit } from '../../../service/support/executions.ts';
import type { Headers } from '../../../service/support/graphql.ts';
import { nothingLeft, nothingLeftOf } from '../../service/support/remains.ts';
import { type ClusterServer, startClusterServer } from '../../service/support/server.ts';
import { templateFile } from '../../service/support/temporary-file.ts';
import { Viewer } from '../../service/support/viewer.ts';
import { TestNamespace } from '../../support/namespace.ts';
import type { Attempt } from '../attempt.ts';
import type { Place } from '../reach/reach.ts';
import { Neighbours } from './neighbours.ts';
import { placeOf } from './place.ts';
import { nothingRunsOf } from './pod-processes.ts';
import { Vitals } from './vitals.ts';

const ATTACKER: Headers = { authorization: 'Bearer key-of-attacker' };
const NEIGHBOUR: Headers = { authorization: 'Bearer key-of-neighbour' };

/** Beyond it a server holds what hostile programs gave it, MiB. It starts with some 150. */
const SERVER_MB = 500;

export type Language = 'python' | 'javascript';

/** One server for many attempts, with a neighbour whose executions run beside them all the time. */
export class Bed implements AsyncDisposable {
  readonly #namespace: TestNamespace;
  readonly #server: ClusterServer;
  readonly #vitals: Vitals;
  readonly #neighbours: Neighbours;
  readonly #resources: AsyncDisposableStack;
  /** What attempts call their own, and which execution of theirs may say it. */
  readonly #words = new Map<string, Execution>();

  private constructor(namespace: TestNamespace, server: ClusterServer, resources: AsyncDisposableStack) {
    this.#namespace = namespace;
    this.#server = server;
    this.#resources = resources;
    this.#vitals = new Vitals(server);
    this.#neighbours = new Neighbours(server.url, NEIGHBOUR);
  }

  /** @param template what an operator adds to every pod */
  static async open(purpose: string, template: object = {}): Promise<Bed> {
    await using resources = new AsyncDisposableStack();
    const file = resources.use(await templateFile(template));
    const namespace = resources.use(await TestNamespace.create(purpose));
    const server = resources.use(
      await startClusterServer(namespace, {
        POD_TEMPLATE_FILE: file.path,
        API_KEYS: 'attacker=key-of-attacker,neighbour=key-of-neighbour',
        WARM: '1',
        MAX_RUNNING: '5',
        MAX_RUNNING_PER_CALLER: '4',
      }),
    );
    return new Bed(namespace, server, resources.move());
  }

  /** Where an attacker could look, a running neighbour among it. */
  async place(): Promise<Place> {
    await this.#neighbours.printing();
    return placeOf(this.#namespace);
  }

  /** Runs a program of the attacker's to its end, while a neighbour prints. */
  async run(
    language: Language,
    code: string,
    { args = [] as string[], limits = {} } = {},
  ): Promise<Execution> {
    await this.#neighbours.printing();
    const id = await submit(this.#server.url, { code, language, args, limits }, ATTACKER);
    return new Viewer(this.#server.url, id, ATTACKER).end();
  }

  /** Has it made, and expects that it harmed nobody but itself. */
  async make(language: Language, { code, ends, lies, tells, limits }: Attempt): Promise<void> {
    const word = `word-${randomBytes(8).toString('hex')}`;
    const ended = await this.run(language, code, { args: [word], limits: { ...limits } });
    this.#words.set(word, ended);
    const { endReason, exitCode, message, output } = ended;
    const seen = JSON.stringify({ endReason, exitCode, message, output: output.slice(-2000) });
    if (!ends.some((reason) => reason === endReason))
      throw new Error(`Expected ${ends.join(' or ')}, got ${seen}`);
    if (endReason === 'EXITED' && !lies) expect(exitCode, seen).toBe(3);
    if (tells && !tells.test(output)) throw new Error(`Expected ${tells}, got ${seen}`);
    expect(ended.outputBytes).toBeLessThanOrEqual(ended.limits.outputBytes);
    await this.gone(ended);
  }

  /** Resolves once nothing of it takes room or time any more. */
  async gone(ended: Execution): Promise<void> {
    await nothingLeftOf(this.#namespace, ended);
    await nothingRunsOf(this.#namespace, ended.runner?.pod ?? '');
  }

  /** Expects that all who ran beside came through whole, that the server is well, and that nothing is left. */
  async unharmed(): Promise<void> {
    expect(await this.#neighbours.stop()).toBeGreaterThan(0);
    for (const [word, own] of this.#words) {
      for (const other of this.#words.values()) {
        if (other !== own) expect(other.output + other.message).not.toContain(word);
      }
    }
    const { peakMb, answers } = await this.#vitals.stop();
    expect(answers).toBeGreaterThan(0);
    expect(peakMb).toBeLessThan(SERVER_MB);
    this.#server.process.kill('SIGTERM');
    expect(await this.#server.process.ended).toEqual({ code: 0, signal: null });
    await nothingLeft(this.#namespace);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
