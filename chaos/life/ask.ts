import type { Replica } from '../replicas/replica.ts';

/** How long a server may take to answer before another is asked, milliseconds. */
const ANSWER_MS = 10_000;

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
  replica: Replica,
  headers: { readonly [name: string]: string },
  query: string,
  variables: object,
): Promise<T> {
  const { data, errors } = await post<T>(replica, headers, JSON.stringify({ query, variables }));
  const [error] = errors ?? [];
  if (error?.extensions?.code === 'UNAVAILABLE') throw new AwayError(error.message);
  if (error || !data) throw new RefusedError(`${error?.message} (${error?.extensions?.code})`);
  return data;
}

async function post<T>(replica: Replica, headers: object, body: string): Promise<Answer<T>> {
  try {
    const response = await fetch(`${replica.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return (await response.json()) as Answer<T>;
  } catch (cause) {
    throw new AwayError(`Server ${replica.name} did not answer.`, { cause });
  }
}
