import { type Condition, StartError } from '../../../src/runner/pool/condition.ts';
import type { ReadySandbox, StartingSandbox, StartSandbox } from '../../../src/runner/pool/sandbox.ts';

/** A ready sandbox that does what the test says. */
export class ScriptedSandbox implements ReadySandbox {
  readonly number: number;
  canServe = true;
  canPrepare = false;
  prepared = 0;
  discarded = false;
  readonly #end = Promise.withResolvers<void>();

  constructor(number: number) {
    this.number = number;
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  prepare(): void {
    this.prepared += 1;
  }

  discard(): void {
    this.discarded = true;
    this.die();
  }

  die(): void {
    this.canServe = false;
    this.#end.resolve();
  }
}

/** A start that goes on when the test says so. */
export class ScriptedStart implements StartingSandbox<ScriptedSandbox> {
  readonly sandbox: ScriptedSandbox;
  condition: Condition | null = null;
  /** It has come to its end, good or bad. */
  isOver = false;
  cancelled = false;
  readonly #changed: () => void;
  readonly #settle = Promise.withResolvers<ScriptedSandbox>();

  constructor(number: number, changed: () => void) {
    this.sandbox = new ScriptedSandbox(number);
    this.#changed = changed;
    this.#settle.promise.catch(() => undefined);
  }

  get ready(): Promise<ScriptedSandbox> {
    return this.#settle.promise;
  }

  becomeReady(): ScriptedSandbox {
    this.isOver = true;
    this.#settle.resolve(this.sandbox);
    return this.sandbox;
  }

  wait(type: Condition['type'], message = `${type}.`): void {
    this.condition = { type, message };
    this.#changed();
  }

  fail(type: Condition['type'], message = `${type}.`): void {
    this.isOver = true;
    this.#settle.reject(new StartError({ type, message }));
  }

  cancel(): void {
    this.cancelled = true;
    this.fail('failed', 'Its start was cancelled before the pod was ready.');
  }
}

/** Every start that was asked for, in order. */
export class ScriptedStarts {
  readonly all: ScriptedStart[] = [];

  /** How many there may be in all. */
  room = Number.POSITIVE_INFINITY;

  readonly start: StartSandbox<ScriptedSandbox> = (changed) => {
    if (this.all.length >= this.room) return null;
    const start = new ScriptedStart(this.all.length, changed);
    this.all.push(start);
    return start;
  };

  get open(): ScriptedStart[] {
    return this.all.filter(({ isOver }) => !isOver);
  }

  /** Gets all ready that are under way, and what they make room for. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20 && this.open.length > 0; round++) {
      for (const start of this.open) start.becomeReady();
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}
