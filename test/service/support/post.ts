/** Posts a body as it is, or as JSON. */
export function post(
  url: string,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : JSON.stringify(body),
  });
}

/** As `POST /execute` wants code. */
export function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}
