import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from '../replicas/replica.ts';

/** How long a server may take to answer before another is asked, milliseconds. */
const ANSWER_MS = 10_000;

type Asked = Pick<Replica, 'name' | 'url'>;

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** No answer, or one that another attempt may not get: the server is away, or says that it cannot now. */
export class AwayError extends Error {
  override readonly name = 'AwayError';
}

/** An answer that no outage explains. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Asks one server over its gate. @throws AwayError, RefusedError */
export async function ask<T>(
  replica: Asked,
  headers: { readonly [name: string]: string },
  query: string,
  variables: object,
): Promise<T> {
  const { status, text } = await post(replica, headers, JSON.stringify({ query, variables }));
  // 408: it was stopped before it had read the request.
  if (status === 503 || status === 408)
    throw new AwayError(`Server ${replica.name} says that it cannot now.`);
  const { data, errors } = parse<T>(text) ?? {};
  const [error] = errors ?? [];
  if (error?.extensions?.code === 'UNAVAILABLE') throw new AwayError(error.message);
  if (error) throw new RefusedError(`${error.message} (${error.extensions?.code})`);
  if (!data) throw new RefusedError(`status ${status}, ${JSON.stringify(text.slice(0, 200))}`);
  return data;
}

/** How often it is asked when all is quiet, and the pause between, milliseconds. */
const ATTEMPTS = 60;
const PAUSE_MS = 500;

/** Asks again while the server is away. @throws AwayError when it stays so, RefusedError */
export async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof AwayError) || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** Null for what is no JSON. */
function parse<T>(text: string): Answer<T> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function post(
  replica: Asked,
  headers: object,
  body: string,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(`${replica.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    // A connection that is cut within the body fails here.
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw new AwayError(`Server ${replica.name} did not answer.`, { cause });
  }
}
