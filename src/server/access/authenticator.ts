import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.ts';
import type { Caller } from '../../executions/caller.ts';

/** What an `authorization` value said: a caller, nothing, or a key that is not one of ours. */
export type Identity = { readonly caller: Caller | null; readonly refused: boolean };

/** Tells who asks. Keeps hashes of the keys, not the keys. */
export class Authenticator {
  readonly #keys: readonly { readonly caller: Caller; readonly hash: Buffer }[];

  constructor(keys: Config['apiKeys']) {
    this.#keys = keys.map(({ name, key }) => ({ caller: `key:${name}`, hash: hashOf(key) }));
  }

  /** Whether keys are configured. If not, everybody is `anonymous`; if so, nobody is. */
  get hasKeys(): boolean {
    return this.#keys.length > 0;
  }

  /** Reads `Bearer <key>`. The time it takes does not tell how much of a key was right, nor which one it was. */
  identify(authorization: string | undefined): Identity {
    if (!this.hasKeys) return { caller: 'anonymous', refused: false };
    if (authorization === undefined || authorization === '') return { caller: null, refused: false };
    const key = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
    if (key === undefined) return { caller: null, refused: true };
    const hash = hashOf(key);
    let caller: Caller | null = null;
    for (const known of this.#keys) {
      if (timingSafeEqual(known.hash, hash)) caller ??= known.caller;
    }
    return { caller, refused: caller === null };
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
