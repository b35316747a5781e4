/** An error of a GraphQL answer. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly string[];
  readonly extensions?: { readonly code?: string };
}

/** A whole answer, as it came. */
export interface Answer<T> {
  readonly status: number;
  readonly data: T | null;
  readonly errors: readonly AnswerError[];
}

export type Headers = { readonly [name: string]: string };

/** Asks by plain `fetch` and gives back whatever came. */
export async function askRaw<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Headers = {},
): Promise<Answer<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body: { data?: T; errors?: AnswerError[] } = await response.json();
  return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
}

/** Asks and expects data without errors. */
export async function ask<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Headers = {},
): Promise<T> {
  const { status, data, errors } = await askRaw<T>(url, query, variables, headers);
  if (data === null || errors.length > 0) {
    throw new Error(`Expected data, got HTTP status ${status} with ${JSON.stringify(errors)}.`);
  }
  return data;
}
