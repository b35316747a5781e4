import { type Hindrance, StartError } from '../../../../src/runner/kubernetes/pool/hindrance.ts';
import type { ReadyPod, StartingPod, StartPod } from '../../../../src/runner/kubernetes/pool/start.ts';

/** A ready pod that does what the test says. */
export class ScriptedPod implements ReadyPod {
  readonly number: number;
  canServe = true;
  discarded = false;
  readonly #end = Promise.withResolvers<void>();

  constructor(number: number) {
    this.number = number;
  }

  get ended(): Promise<void> {
    return this.#end.promise;
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
export class ScriptedStart implements StartingPod<ScriptedPod> {
  readonly pod: ScriptedPod;
  hindrance: Hindrance | null = null;
  /** It has come to its end, good or bad. */
  isOver = false;
  abandoned = false;
  readonly #changed: () => void;
  readonly #settle = Promise.withResolvers<ScriptedPod>();

  constructor(number: number, changed: () => void) {
    this.pod = new ScriptedPod(number);
    this.#changed = changed;
    this.#settle.promise.catch(() => undefined);
  }

  get ready(): Promise<ScriptedPod> {
    return this.#settle.promise;
  }

  becomeReady(): ScriptedPod {
    this.isOver = true;
    this.#settle.resolve(this.pod);
    return this.pod;
  }

  hinder(cause: Hindrance['cause'], message = `${cause}.`): void {
    this.hindrance = { cause, message };
    this.#changed();
  }

  fail(cause: Hindrance['cause'], message = `${cause}.`): void {
    this.isOver = true;
    this.#settle.reject(new StartError({ cause, message }));
  }

  abandon(): void {
    this.abandoned = true;
    this.fail('failed', 'It was given up.');
  }
}

/** Every start that was asked for, in order. */
export class ScriptedStarts {
  readonly all: ScriptedStart[] = [];

  readonly start: StartPod<ScriptedPod> = (changed) => {
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
