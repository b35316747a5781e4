import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import type { Database } from '../bed/database.ts';
import type { Counter } from '../counter.ts';
import type { Journal } from '../journal.ts';
import type { Task } from '../load/task.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import { AwayError, ask } from './ask.ts';
import { isGivenUp, judge, judgeTold } from './judge.ts';
import {
  CANCEL,
  type Cancelled,
  EXECUTE,
  FIND,
  type Found,
  type Seen,
  type Submitted,
} from './operations.ts';
import type { Received } from './received.ts';
import { Viewer } from './viewer.ts';
import { write } from './writer.ts';

export interface LifeDeps {
  readonly replicas: readonly Replica[];
  readonly counter: Counter;
  readonly database: Database;
  readonly account: Account;
  readonly journal: Journal;
}

/** A pause between two attempts, milliseconds. */
const AGAIN_MS = [50, 500] as const;
/** Between two lines that are written to a program, milliseconds. */
const WRITE_EVERY_MS = 200;
/**
 * The longest from an acknowledgement to the end, whatever fails meanwhile, seconds: of the submission, or of the end of an
 * open stdin, which dozens of writes come before, each to a server that may be away. Nobody takes anything over while every
 * server is killed and the store away by turns: five minutes of that were seen.
 */
const END_S = 480;

/** One program from its submission until all that came of it has been held against what must have. */
export class Life {
  readonly task: Task;
  readonly headers: { readonly [name: string]: string };
  readonly #deps: LifeDeps;
  readonly #random: Random;
  id: string | null = null;
  /** As it was when it had ended; null until then. */
  ended: Seen | null = null;
  /** What a viewer saw whose stored output is kept, to be read once more; null: it was removed. */
  kept: Received | null = null;
  #cancelledAt: number | null = null;
  /** When the end of its stdin was acknowledged. */
  #writtenAt = 0;
  /** What is being waited for, for whoever reads why it did not come to an end. */
  state = 'submitting';

  constructor(task: Task, headers: Life['headers'], random: Random, deps: LifeDeps) {
    this.task = task;
    this.headers = headers;
    this.#random = random;
    this.#deps = deps;
  }

  /**
   * Resolves when it is over or the signal gives it up.
   * @param keepsOutput whether what is stored of its output stays until the end of the run
   */
  async live(signal: AbortSignal, keepsOutput: boolean): Promise<void> {
    const { account, journal } = this.#deps;
    const id = await this.#submit(signal);
    if (id === null) return;
    const began = journal.seconds;
    const others = [
      this.#repeat(id, signal),
      this.#cancelLater(id, signal),
      this.#write(id, signal),
      this.#lateViewer(id, signal),
    ];
    const viewer = this.#viewer(id, signal);
    this.state = 'watching';
    await viewer.watch();
    const endedAt = journal.seconds;
    this.state = 'asking for the record';
    const execution = await this.#record(id, signal);
    this.state = 'waiting for the other viewer';
    const late = (await Promise.all(others)).find((other) => other instanceof Viewer);
    if (!execution || !viewer.received.end) return;
    this.ended = execution;
    this.#judge(execution, viewer, late);
    this.#countTimes(began, endedAt);
    account.count('Viewers', 'executions watched to the end');
    account.count('Viewers', 'chunks seen, each once, in order', viewer.received.chunks.length);
    account.count('Viewers', 'connections', viewer.visits + (late?.visits ?? 0));
    this.state = 'comparing the stored output';
    await this.#checkStored(id, viewer.received, keepsOutput, signal);
    this.state = 'over';
  }

  #judge(execution: Seen, viewer: Viewer, late: Viewer | undefined): void {
    const { counter, account } = this.#deps;
    const { task } = this;
    const { received } = viewer;
    const [starts, printed] = [counter.starts(task.key), counter.printed(task.key)];
    for (const wrong of judge({ task, execution, received, starts, printed })) this.#finding(wrong);
    for (const one of [viewer, late]) {
      const wrong = one?.received.end && judgeTold(one.received.end, execution);
      if (wrong) this.#finding(wrong);
    }
    const difference = late?.received.end && received.differenceFrom(late.received.chunks);
    if (difference) this.#finding(difference);
    const isUnheard = execution.startedAt !== null && isGivenUp(execution);
    const how = isUnheard ? 'while its launcher was not heard' : (execution.exitCode ?? '');
    account.count('Ends', `${task.kind}: ${execution.endReason} ${how}`);
  }

  #countTimes(began: number, endedAt: number): void {
    const { account } = this.#deps;
    const took = endedAt - Math.max(began, this.#writtenAt);
    account.longest('Longest, seconds', 'from the acknowledgement to the end seen', took);
    if (this.#writtenAt > 0) {
      account.longest(
        'Longest, seconds',
        'from the acknowledgement to the last write',
        this.#writtenAt - began,
      );
    }
    if (took > END_S) this.#finding(`expected its end within ${END_S} s, got it after ${took.toFixed(1)} s`);
    if (this.#cancelledAt === null) return;
    const sinceCancel = Math.max(0, endedAt - this.#cancelledAt);
    account.longest('Longest, seconds', "from a cancel's answer to the end seen", sinceCancel);
  }

  async #submit(signal: AbortSignal): Promise<string | null> {
    while (!signal.aborted) {
      const id = await this.#trySubmit();
      if (id !== null) {
        this.id = id;
        this.#deps.account.count('Submissions', 'acknowledged');
        return id;
      }
      await this.#pause();
    }
    this.#deps.account.count('Submissions', 'never acknowledged');
    return null;
  }

  async #trySubmit(): Promise<string | null> {
    const { replicas, account } = this.#deps;
    const replica = this.#random.pick(replicas);
    const input = { ...this.task.input, idempotencyKey: this.task.key };
    try {
      const { execute } = await ask<Submitted>(replica, this.headers, EXECUTE, { input });
      if (execute.execution) return execute.execution.id;
      // A full queue among them: there are never as many as one holds.
      this.#finding(`submitting to server ${replica.name} got ${execute.__typename}: ${execute.message}`);
    } catch (error) {
      if (!(error instanceof AwayError)) this.#finding(`submitting to server ${replica.name} got: ${error}`);
      account.count('Submissions', 'attempts without an answer, repeated with their key');
    }
    return null;
  }

  /** Some clients submit again though they had an answer; they must get the same execution. */
  async #repeat(id: string, signal: AbortSignal): Promise<void> {
    if (!this.#random.chance(0.25)) return;
    await this.#sleep(this.#random.between(0, 10_000), signal);
    const again = await this.#trySubmit();
    if (again === id) this.#deps.account.count('Submissions', 'repeated, the same execution');
    else if (again !== null) this.#finding(`its key was given another execution, ${again}`);
  }

  async #cancelLater(id: string, signal: AbortSignal): Promise<void> {
    if (this.task.cancelAfterMs === null) return;
    await this.#sleep(this.task.cancelAfterMs, signal);
    for (; !signal.aborted; await this.#pause()) {
      const replica = this.#random.pick(this.#deps.replicas);
      try {
        const { cancel } = await ask<Cancelled>(replica, this.headers, CANCEL, { id });
        if (cancel.__typename === 'CancelSuccess') this.#cancelledAt = this.#deps.journal.seconds;
        // A cancel whose answer was lost may have ended it.
        else if (cancel.__typename !== 'AlreadyEndedError') {
          this.#finding(`a cancel at server ${replica.name} got ${cancel.__typename}: ${cancel.message}`);
        }
        return;
      } catch (error) {
        if (!(error instanceof AwayError)) this.#finding(`a cancel at server ${replica.name} got: ${error}`);
      }
    }
  }

  /** Two at once, each behind what the other wrote. */
  async #write(id: string, signal: AbortSignal): Promise<void> {
    const { writes: lines } = this.task;
    if (lines === undefined) return;
    const { replicas, account } = this.#deps;
    const finding = (what: string): void => this.#finding(what);
    const writers = [1, 2].map(() =>
      write({
        id,
        headers: this.headers,
        replicas,
        random: this.#random.fork(),
        lines,
        everyMs: WRITE_EVERY_MS,
        signal,
        finding,
      }),
    );
    const results = await Promise.all(writers);
    this.#writtenAt = this.#deps.journal.seconds;
    for (const { written, repeated, behind } of results) {
      account.count('Writers', 'lines written', written);
      account.count('Writers', 'lines that another had written', behind);
      account.count('Writers', 'writes without an answer, made again', repeated);
    }
  }

  async #lateViewer(id: string, signal: AbortSignal): Promise<Viewer | null> {
    if (!this.#random.chance(0.5)) return null;
    await this.#sleep(this.#random.between(500, 15_000), signal);
    const viewer = this.#viewer(id, signal);
    await viewer.watch();
    return viewer;
  }

  #viewer(id: string, signal: AbortSignal): Viewer {
    const { replicas } = this.#deps;
    const finding = (what: string) => this.#finding(what);
    return new Viewer({ id, headers: this.headers, replicas, random: this.#random.fork(), signal, finding });
  }

  async #record(id: string, signal: AbortSignal): Promise<Seen | null> {
    for (; !signal.aborted; await this.#pause()) {
      const replica = this.#random.pick(this.#deps.replicas);
      try {
        const { execution } = await ask<Found>(replica, this.headers, FIND, { id });
        if (!execution) this.#finding(`server ${replica.name} does not know it`);
        // One that lost it without knowing may be behind for a moment.
        else if (execution.endReason !== null) return execution;
      } catch (error) {
        if (!(error instanceof AwayError)) this.#finding(`asking server ${replica.name} got: ${error}`);
      }
    }
    return null;
  }

  async #checkStored(
    id: string,
    received: Received,
    keepsOutput: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { database } = this.#deps;
    for (; !signal.aborted; await this.#pause()) {
      try {
        const wrong = await database.checkOutput(id, received.chunks);
        if (wrong) this.#finding(wrong);
        if (keepsOutput) this.kept = received;
        else await database.forgetOutput(id);
        return;
      } catch {
        // The database is away.
      }
    }
  }

  #finding(what: string): void {
    this.#deps.account.finding(`${this.id ?? 'no id'} ${this.task.key} (${this.task.kind})`, what);
  }

  #pause(): Promise<void> {
    return sleep(this.#random.between(...AGAIN_MS));
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}
