import type { Ready } from './frames.ts';

/**
 * What follows from a response of a launcher that keeps a sandbox, or is to:
 * - `give`: it may not have been given the sandbox
 * - `fence`: another process holds it
 * - `other`: it keeps that of another session
 */
export type Finding = 'give' | 'fence' | 'other' | null;

/** A sandbox that a launcher keeps for a caller, as this process holds it. */
export class HeldSandbox {
  readonly id: string;
  readonly epoch: number;
  readonly #given = Promise.withResolvers<string | null>();

  /** @param epoch the fencing token */
  constructor(id: string, epoch: number) {
    this.id = id;
    this.epoch = epoch;
    this.#given.promise.catch(() => undefined);
  }

  /** Resolves to why the launcher cannot keep it, null when it does. */
  get given(): Promise<string | null> {
    return this.#given.promise;
  }

  keeps(problem: string | null): void {
    this.#given.resolve(problem);
  }

  fail(reason: string): void {
    this.#given.reject(new Error(reason));
  }

  /** @param run the present run; null or undefined when there is none, or only its `start` can tell */
  judge({ held }: Ready, run: number | null | undefined): Finding {
    if (held === undefined) return 'give';
    if (held.session !== this.id) return 'other';
    if (held.epoch > this.epoch) return 'fence';
    // The response may have been lost.
    return run == null ? 'give' : null;
  }
}

/** Without what is of the probe alone. */
export function readyOf({ version, state, id, last, stdin, notice, held }: Ready): Ready {
  return { version, state, id, last, stdin, notice, ...(held && { held }) };
}
