import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { AwayError, ask } from './ask.ts';
import { describe } from './judge.ts';
import type { LifeDeps } from './life.ts';
import {
  CREATE_SESSION,
  type CreatedSession,
  END_SESSION,
  type EndedSession,
  EXECUTE,
  FIND,
  FIND_SESSION,
  type Found,
  type FoundSession,
  type Seen,
  type SeenSession,
  type Submitted,
} from './operations.ts';
import { Viewer } from './viewer.ts';

/** A pause between two attempts, milliseconds. */
const AGAIN_MS = [50, 500] as const;
/** Cells of one session, one after the other. */
const CELLS = [4, 20] as const;
/** Lines of a cell that takes its time, and the pause between two, milliseconds. */
const LINES = [10, 60] as const;
const LINE_MS = 100;
/** How a session may end that its caller did not end: its server died before its pod was made known. */
const MADE_IN_VAIN = /before (it had a pod|its sandbox stood)/;

/**
 * One session with a counter in a context, which each cell raises and prints, from its creation to its end. What holds it
 * may be killed, stopped and cut off: the counter goes on.
 */
export class SessionLife {
  readonly key: string;
  readonly headers: { readonly [name: string]: string };
  readonly #random: Random;
  readonly #deps: LifeDeps;
  id: string | null = null;
  /** As it was when it had ended; null until then. */
  ended: SeenSession | null = null;
  /** What is being waited for. */
  state = 'creating';

  constructor(key: string, headers: SessionLife['headers'], random: Random, deps: LifeDeps) {
    this.key = key;
    this.headers = headers;
    this.#random = random;
    this.#deps = deps;
  }

  /**
   * Resolves when it is over or the signal gives it up.
   * @param last the cell under way when it aborts is the last
   */
  async live(signal: AbortSignal, last: AbortSignal): Promise<void> {
    const { account } = this.#deps;
    this.id = await this.#create(signal);
    if (this.id === null) return;
    const cells = this.#random.between(...CELLS);
    let isLost = false;
    for (let number = 1; number <= cells && !isLost && !signal.aborted && !last.aborted; number++) {
      this.state = `cell ${number}`;
      isLost = !(await this.#runCell(this.id, number, signal));
      if (!isLost) account.count('Sessions', 'cells, the counter one on');
    }
    this.state = 'ending';
    if (!isLost) await this.#end(this.id, signal);
    this.ended = await this.#record(this.id, signal);
    if (this.ended === null) return;
    const { endReason, message } = this.ended;
    if (isLost && !MADE_IN_VAIN.test(message ?? '')) this.#finding(`it ended ${endReason}: ${message}`);
    if (!isLost && endReason !== 'CLOSED')
      this.#finding(`expected it to end CLOSED, got ${endReason}: ${message}`);
    account.count('Sessions', `ended ${endReason}`);
    this.state = 'over';
  }

  /** False when the session has ended. */
  async #runCell(sessionId: string, number: number, signal: AbortSignal): Promise<boolean> {
    const isSlow = this.#random.chance(0.4);
    const lines = isSlow ? this.#random.between(...LINES) : 1;
    const idempotencyKey = `${this.key}-${number}`;
    const context = 'main';
    const input = {
      code: this.#code(number, lines),
      sessionId,
      context,
      limits: { timeoutMs: 600_000 },
      idempotencyKey,
    };
    const id = await this.#submit(input, signal);
    if (id === null) return signal.aborted;
    const { replicas } = this.#deps;
    const finding = (what: string) => this.#finding(`cell ${number}, ${id}: ${what}`);
    const viewer = new Viewer({
      id,
      headers: this.headers,
      replicas,
      random: this.#random.fork(),
      signal,
      finding,
    });
    await viewer.watch();
    const execution = await this.#cell(id, signal);
    if (execution === null) return true;
    const expected = Array.from({ length: lines }, (_, line) => `${this.key} ${number} ${line}\n`).join('');
    const text = viewer.received.text('STDOUT');
    if (execution.endReason === 'SESSION_ENDED') return false;
    if (execution.status !== 'SUCCEEDED') finding(`expected it to succeed, got ${describe(execution)}`);
    else if (text !== expected) {
      finding(`expected the counter at ${number}, got ${JSON.stringify(text.slice(0, 200))}`);
    }
    return true;
  }

  #code(number: number, lines: number): string {
    const begin = number === 1 ? 'import time\nn = 0\n' : '';
    return `${begin}n += 1
for line in range(${lines}):
    print("${this.key}", n, line, flush=True)
    if ${lines} > 1: time.sleep(${LINE_MS / 1000})
`;
  }

  #create(signal: AbortSignal): Promise<string | null> {
    const input = { language: 'python', idempotencyKey: this.key };
    return this.#untilAnswered(signal, async (replica) => {
      const { createSession } = await ask<CreatedSession>(replica, this.headers, CREATE_SESSION, { input });
      if (createSession.session) return createSession.session.id;
      this.#finding(`creating it got ${createSession.__typename}: ${createSession.message}`);
      return undefined;
    });
  }

  /** Null when the session has ended. */
  #submit(input: object, signal: AbortSignal): Promise<string | null> {
    return this.#untilAnswered(signal, async (replica) => {
      const { execute } = await ask<Submitted>(replica, this.headers, EXECUTE, { input });
      if (execute.execution) return execute.execution.id;
      if (execute.__typename === 'SessionEndedError') return null;
      this.#finding(`submitting to it got ${execute.__typename}: ${execute.message}`);
      return undefined;
    });
  }

  #cell(id: string, signal: AbortSignal): Promise<Seen | null> {
    return this.#untilAnswered(signal, async (replica) => {
      const { execution } = await ask<Found>(replica, this.headers, FIND, { id });
      // One that lost it without knowing may be behind for a moment.
      return execution !== null && execution.endReason !== null ? execution : undefined;
    });
  }

  async #end(id: string, signal: AbortSignal): Promise<void> {
    await this.#untilAnswered(signal, async (replica) => {
      const { endSession } = await ask<EndedSession>(replica, this.headers, END_SESSION, { id });
      if (endSession.session) return true;
      this.#finding(`ending it got ${endSession.__typename}: ${endSession.message}`);
      return undefined;
    });
  }

  /** As it is once it has ended. */
  #record(id: string, signal: AbortSignal): Promise<SeenSession | null> {
    return this.#untilAnswered(signal, async (replica) => {
      const { session } = await ask<FoundSession>(replica, this.headers, FIND_SESSION, { id });
      if (session === null) this.#finding(`server ${replica.name} does not know it`);
      return session?.status === 'ENDED' ? session : undefined;
    });
  }

  /** Asks one server after another until one gives something; null when the signal aborts before. */
  async #untilAnswered<T>(
    signal: AbortSignal,
    question: (replica: LifeDeps['replicas'][0]) => Promise<T | undefined>,
  ): Promise<T | null> {
    for (; !signal.aborted; await sleep(this.#random.between(...AGAIN_MS))) {
      const replica = this.#random.pick(this.#deps.replicas);
      try {
        const answer = await question(replica);
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!(error instanceof AwayError)) this.#finding(`asking server ${replica.name} got: ${error}`);
      }
    }
    return null;
  }

  #finding(what: string): void {
    this.#deps.account.finding(`session ${this.id ?? 'without id'} ${this.key}`, what);
  }
}
