import type { TypedDocumentString } from '../generated/graphql.ts';
import { apiKey, askForKey } from './key.ts';
import { noteAnswer, waitForRetry } from './outage.ts';

/** Answers take milliseconds; a server that says nothing for so long is away. */
const TIMEOUT_MS = 20_000;

/** The server refused; its sentence is for the reader. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Such as `BAD_USER_INPUT`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** By how much the server's clock is ahead of this one, milliseconds; zero before the first answer. */
export let serverAheadMs = 0;
let hasAnswered = false;

/** The server tells whole seconds, and its answer takes a while: the greatest difference is the nearest. */
function noteClock(date: number): void {
  if (Number.isNaN(date)) return;
  const ahead = date - Date.now();
  serverAheadMs = hasAnswered ? Math.max(serverAheadMs, ahead) : ahead;
  hasAnswered = true;
}

interface Answer<TResult> {
  readonly data?: TResult | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * Asks the server. While it is away the same is asked again and again, so the operation must bear being repeated; a key is
 * asked for when one is needed.
 * @throws RefusedError; the reason of `signal`
 */
export async function request<TResult, TVariables>(
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<TResult> {
  for (let failures = 0; ; ) {
    const key = apiKey.value;
    const answer = await ask<TResult>(JSON.stringify({ query: document.toString(), variables }), key, signal);
    const code = answer?.errors?.[0]?.extensions?.code;
    if (answer === null || code === 'UNAVAILABLE') {
      failures++;
      await waitForRetry(failures, signal);
      continue;
    }
    noteAnswer();
    if (code === 'UNAUTHENTICATED') {
      await askForKey(key);
      signal?.throwIfAborted();
      continue;
    }
    if (answer.data && !answer.errors) return answer.data;
    throw new RefusedError(code ?? 'UNKNOWN', answer.errors?.[0]?.message ?? 'The server answered nothing.');
  }
}

/** One attempt; null when the server is away. */
async function ask<TResult>(
  body: string,
  key: string | null,
  signal: AbortSignal | undefined,
): Promise<Answer<TResult> | null> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    noteClock(Date.parse(response.headers.get('date') ?? ''));
    // A proxy in front of a server that is away answers with these, and with a page; a server that was suspended with 408.
    if ([408, 502, 503, 504].includes(response.status)) return null;
    return (await response.json()) as Answer<TResult>;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SyntaxError)
      throw new RefusedError(
        'NO_JSON',
        'Expected an answer of Podline, got something else: is this its address?',
      );
    return null;
  }
}
