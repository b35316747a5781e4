import { Agent, type IncomingMessage, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Connections are kept, as any client with more than one question keeps them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export function get(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => collect(response, resolve, reject))
      .once('error', reject)
      .end();
  });
}

export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: object;
}

/** Posts an operation to the service at `url` and resolves with its data. @throws Error with what came instead */
export async function post<T>(url: string, operation: GraphQLRequest): Promise<T> {
  const { status, body } = await postText(`${url}/graphql`, JSON.stringify(operation));
  const { data, errors } = JSON.parse(body) as { data?: T; errors?: unknown };
  if (data === undefined || data === null || errors !== undefined)
    throw new Error(`expected data, got ${status} ${body.slice(0, 500)}`);
  return data;
}

function postText(url: string, text: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    request(url, { agent, method: 'POST', headers }, (response) => collect(response, resolve, reject))
      .once('error', reject)
      .end(text);
  });
}

function collect(
  response: IncomingMessage,
  resolve: (answer: Answer) => void,
  reject: (error: Error) => void,
): void {
  let body = '';
  response
    .setEncoding('utf8')
    .on('data', (text: string) => {
      body += text;
    })
    .once('end', () => resolve({ status: response.statusCode ?? 0, body }))
    .once('error', reject);
}
