export type Mode =
  | { readonly name: 'new' | 'connecting' | 'attached' | 'leaving' | 'closed' }
  | { readonly name: 'broken'; readonly reason: string };

const NEXT: { readonly [mode in Mode['name']]: readonly Mode['name'][] } = {
  new: ['connecting', 'broken', 'closed'],
  connecting: ['attached', 'leaving', 'broken', 'closed'],
  attached: ['connecting', 'leaving', 'broken', 'closed'],
  leaving: ['broken', 'closed'],
  broken: ['closed'],
  closed: [],
};

/**
 * How a session stands to its launcher, in one mode at a time:
 *
 * - *new*: nothing is attached, nothing is sent. Left by `open`.
 * - *connecting*: a stream is wanted, and the launcher has not responded on the present one, if there is one. Entered by
 *   `open`, and from *attached* when the stream ends or is given up; left at the first response on a stream.
 * - *attached*: the launcher has responded on the open stream.
 * - *leaving*: no other stream is opened; what the open one still brings is dispatched. Entered by `bye` and `closeStream`.
 * - *broken*: the launcher was given up, for the reason it holds; nothing is received. Entered when a payload is refused
 *   again and again, another program is found, output cannot be requested or kept, or too much is received that is of no use.
 * - *closed*: disposed, from any mode. Nothing is dispatched or reported.
 */
export class SessionMode {
  #mode: Mode = { name: 'new' };

  get name(): Mode['name'] {
    return this.#mode.name;
  }

  /** Why the launcher was given up, a sentence; null unless *broken*. */
  get broken(): string | null {
    return this.#mode.name === 'broken' ? this.#mode.reason : null;
  }

  /** @throws Error when that mode does not follow the present one */
  enter(mode: Mode): void {
    const next = NEXT[this.#mode.name];
    if (!next.includes(mode.name))
      throw new Error(
        `After ${this.#mode.name} expected ${next.join(' or ') || 'no mode'}, got ${mode.name}.`,
      );
    this.#mode = mode;
  }

  /** Enters *leaving*, where a stream is open or wanted. */
  leave(): void {
    if (this.#mode.name === 'connecting' || this.#mode.name === 'attached') this.enter({ name: 'leaving' });
  }
}
