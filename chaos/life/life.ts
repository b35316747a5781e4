import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import type { Database } from '../bed/database.ts';
import type { Counter } from '../counter.ts';
import type { Journal } from '../journal.ts';
import type { Task } from '../load/task.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import { AwayError, ask } from './ask.ts';
import { describe, judge } from './judge.ts';
import {
  CANCEL,
  type Cancelled,
  EXECUTE,
  FIND,
  type Found,
  type Seen,
  type Submitted,
} from './operations.ts';
import { Viewer } from './viewer.ts';

export interface LifeDeps {
  readonly replicas: readonly Replica[];
  readonly counter: Counter;
  readonly database: Database;
  readonly account: Account;
  readonly journal: Journal;
  /** When a component of the test bed was failed last, seconds from the beginning; null: never. */
  readonly bedFailedAt: () => number | null;
}

/** A pause between two attempts, milliseconds. */
const AGAIN_MS = [50, 500] as const;

/** One program from its submission until all that came of it has been held against what must have. */
export class Life {
  readonly task: Task;
  readonly headers: { readonly [name: string]: string };
  readonly #deps: LifeDeps;
  readonly #random: Random;
  id: string | null = null;
  /** As it was when it had ended; null until then. */
  ended: Seen | null = null;
  /** What is being waited for, for whoever reads why it did not come to an end. */
  state = 'submitting';

  constructor(task: Task, headers: Life['headers'], random: Random, deps: LifeDeps) {
    this.task = task;
    this.headers = headers;
    this.#random = random;
    this.#deps = deps;
  }

  /** Resolves when it is over or the signal gives it up. */
  async live(signal: AbortSignal): Promise<void> {
    const { account, journal, counter, database } = this.#deps;
    const id = await this.#submit(signal);
    if (id === null) return;
    const began = journal.seconds;
    const others = [this.#repeat(id, signal), this.#cancelLater(id, signal), this.#lateViewer(id, signal)];
    const viewer = this.#viewer(id, signal);
    this.state = 'watching';
    await viewer.watch();
    this.state = 'asking for the record';
    const execution = await this.#record(id, signal);
    this.state = 'waiting for the other viewer';
    const late = (await Promise.all(others)).find((other) => other instanceof Viewer);
    if (!execution || !viewer.end) return;
    this.ended = execution;
    const failedAt = this.#deps.bedFailedAt();
    const bedFailed = failedAt !== null && failedAt > began - BED_EFFECT_S;
    for (const wrong of judge({
      task: this.task,
      execution,
      viewer,
      starts: counter.starts(this.task.key),
      bedFailed,
    })) {
      this.#finding(wrong);
    }
    if (viewer.end.endReason !== execution.endReason) {
      this.#finding(`a viewer was told ${viewer.end.endReason}, the record says ${describe(execution)}`);
    }
    if (late?.end) this.#compare(viewer, late);
    account.count('Ends', `${this.task.kind}: ${execution.endReason} ${execution.exitCode ?? ''}`);
    account.longest('Longest, seconds', 'from the acknowledgement to the end seen', journal.seconds - began);
    account.count('Viewers', 'executions watched to the end');
    account.count('Viewers', 'chunks seen, each once, in order', viewer.chunks.length);
    account.count('Viewers', 'connections', viewer.visits + (late?.visits ?? 0));
    this.state = 'comparing the stored output';
    await this.#checkStored(id, viewer, database, signal);
    this.state = 'over';
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
      if (execute.__typename === 'QueueFullError')
        account.count('Submissions', 'told that the queue is full');
      else
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
    if (again !== null && again !== id) this.#finding(`its key was given another execution, ${again}`);
    if (again !== null) this.#deps.account.count('Submissions', 'repeated, the same execution');
  }

  async #cancelLater(id: string, signal: AbortSignal): Promise<void> {
    if (this.task.cancelAfterMs === null) return;
    await this.#sleep(this.task.cancelAfterMs, signal);
    for (; !signal.aborted; await this.#pause()) {
      const replica = this.#random.pick(this.#deps.replicas);
      try {
        const { cancel } = await ask<Cancelled>(replica, this.headers, CANCEL, { id });
        // A cancel whose answer was lost may have ended it.
        if (!['CancelSuccess', 'AlreadyEndedError'].includes(cancel.__typename)) {
          this.#finding(`a cancel at server ${replica.name} got ${cancel.__typename}: ${cancel.message}`);
        }
        return;
      } catch (error) {
        if (!(error instanceof AwayError)) this.#finding(`a cancel at server ${replica.name} got: ${error}`);
      }
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

  #compare(one: Viewer, other: Viewer): void {
    const differs = one.chunks.findIndex((chunk, index) => {
      const same = other.chunks[index];
      return same?.stream !== chunk.stream || same.text !== chunk.text;
    });
    if (differs >= 0) this.#finding(`two viewers saw chunk ${differs + 1} differently`);
    if (other.chunks.length > one.chunks.length) {
      this.#finding(
        `two viewers saw the same end after ${one.chunks.length} and ${other.chunks.length} chunks`,
      );
    }
  }

  async #checkStored(id: string, viewer: Viewer, database: Database, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await this.#pause()) {
      try {
        const wrong = await database.checkOutput(id, viewer.chunks);
        if (wrong) this.#finding(wrong);
        await database.forgetOutput(id);
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

/** How long after it was failed a component may still be the reason of an end, seconds. */
const BED_EFFECT_S = 90;
