import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Caller, Principal, Role } from '../executions/caller.ts';

/** What a client shows to be let in: the value of its `authorization`, or a token with the execution whose stream it opens. */
export type Credentials =
  | { readonly authorization: string | undefined }
  | { readonly streamToken: string; readonly executionId: string };

/** Who it is; `none` when nothing was shown, `refused` when what was shown is not ours. */
export type Authentication = Principal | 'none' | 'refused';

/**
 * Tells who asks, for HTTP and WebSocket alike: nothing else in the server reads a key or a token. The answer may take time,
 * and the client may be gone when it comes. Whatever asks another service for it bounds that wait itself.
 */
export interface Authenticator {
  /** Whether clients have to show anything. If not, everybody is `anonymous`. */
  readonly needsCredentials: boolean;
  /** @throws UnavailableError when it cannot be told now */
  authenticate(credentials: Credentials): Promise<Authentication>;
}

/** A key lets its holder do everything; there is no lesser one. */
const KEY_ROLES: ReadonlySet<Role> = new Set(['user', 'operator']);
/** A stream token opens the stream that it was made for, which looks at no role. */
const TOKEN_ROLES: ReadonlySet<Role> = new Set();

/** Knows the principals of API_KEYS. Keeps hashes of the keys, not the keys. */
export class KeyAuthenticator implements Authenticator {
  readonly #keys: readonly { readonly principal: Principal; readonly hash: Buffer }[];
  readonly #tokens: StreamTokens;

  constructor(keys: Config['apiKeys'], tokens: StreamTokens) {
    this.#keys = keys.map(({ name, key }) => ({
      principal: { name: `key:${name}`, roles: KEY_ROLES },
      hash: hashOf(key),
    }));
    this.#tokens = tokens;
  }

  get needsCredentials(): boolean {
    return this.#keys.length > 0;
  }

  /** Reads `Bearer <key>`. The time it takes does not tell how much of a key was right, nor which one it was. */
  authenticate(credentials: Credentials): Promise<Authentication> {
    return Promise.resolve(this.#identify(credentials));
  }

  #identify(credentials: Credentials): Authentication {
    if (!this.needsCredentials) return ANONYMOUS;
    if ('streamToken' in credentials) {
      const { streamToken, executionId } = credentials;
      return tokenHolder(this.#tokens.verify(streamToken, executionId));
    }
    const { authorization } = credentials;
    if (authorization === undefined || authorization === '') return 'none';
    const key = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
    if (key === undefined) return 'refused';
    const hash = hashOf(key);
    let principal: Principal | null = null;
    for (const known of this.#keys) {
      if (timingSafeEqual(known.hash, hash)) principal ??= known.principal;
    }
    return principal ?? 'refused';
  }
}

const ANONYMOUS: Principal = { name: 'anonymous', roles: KEY_ROLES };

function tokenHolder(name: Caller | null): Authentication {
  return name === null ? 'refused' : { name, roles: TOKEN_ROLES };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** How long a token opens its stream, seconds. A stream that is open then stays open. */
export const STREAM_TOKEN_SECONDS = 300;

/** When it expires, Unix seconds, and its signature. */
const TOKEN = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/**
 * Tokens for clients that cannot send a header, such as a browser's EventSource: each opens the event stream of one
 * execution, for its caller, until it expires. Signed with the caller's key, so that nothing is stored, every server with that
 * key accepts it, and a key that is withdrawn takes its tokens with it.
 */
export class StreamTokens {
  readonly #keys: readonly { readonly caller: Caller; readonly secret: Buffer }[];
  readonly #now: () => number;

  /** @param now the time, milliseconds since 1970 */
  constructor(keys: Config['apiKeys'], now: () => number = Date.now) {
    this.#keys = keys.map(({ name, key }) => ({
      caller: `key:${name}`,
      secret: createHash('sha256').update(`podline stream token\0${key}`).digest(),
    }));
    this.#now = now;
  }

  /** A token for that caller's execution; null for a caller without a key, who needs none. */
  create(caller: Caller, id: string): string | null {
    const key = this.#keys.find((known) => known.caller === caller);
    if (!key) return null;
    const expires = String(Math.floor(this.#now() / 1000) + STREAM_TOKEN_SECONDS);
    return `${expires}.${sign(key.secret, caller, id, expires).toString('base64url')}`;
  }

  /** For whom the token opens the execution's stream now; null when it is another's, has expired, or is none. */
  verify(token: string, id: string): Caller | null {
    const [, expires = '', signature = ''] = TOKEN.exec(token) ?? [];
    if (Number(expires) * 1000 <= this.#now()) return null;
    const given = Buffer.from(signature, 'base64url');
    let caller: Caller | null = null;
    for (const known of this.#keys) {
      if (timingSafeEqual(sign(known.secret, known.caller, id, expires), given)) caller ??= known.caller;
    }
    return caller;
  }
}

function sign(secret: Buffer, caller: Caller, id: string, expires: string): Buffer {
  return createHmac('sha256', secret).update(`${caller}\0${id}\0${expires}`).digest();
}
