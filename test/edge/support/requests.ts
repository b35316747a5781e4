import { KEY } from './attacked-server.ts';
import type { Choices } from './choices.ts';

const ID = '01890000-0000-7000-8000-000000000000';

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'get',
  'G\0T',
  '',
] as const;
const TARGETS = [
  '/',
  '/graphql',
  '/execute',
  `/result/${ID}`,
  `/result/${ID}/stream`,
  `/result/${ID}/stream?after=1`,
  `/cleanup/${ID}`,
  '/health',
  '/livez',
  '/readyz',
  '/metrics',
  '/graphql?query=%7B%20health%20%7B%20status%20%7D%20%7D',
  '/graphql?query=subscription%20%7B%20x%20%7D&variables=%7B',
  'http://localhost/livez',
  'http://evil.example/graphql',
  '*',
  '//',
  '/result/../execute',
  '/result/%2e%2e%2fetc',
  '/%00',
  '/é',
  `/${'a'.repeat(3000)}`,
  `/graphql?${'a=b&'.repeat(500)}`,
] as const;
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.11',
  'http/1.1',
  '',
] as const;
const HEADERS = [
  'Host: localhost',
  'Host: evil.example',
  'Host: ',
  `Authorization: Bearer ${KEY}`,
  'Authorization: Bearer wrong',
  'Authorization: Basic YTpi',
  'Content-Type: application/json',
  'Content-Type: text/plain',
  'Content-Type: application/json; charset=utf-16',
  'Content-Encoding: gzip',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding : chunked',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Expect: 100-continue',
  'Expect: nothing',
  'Accept: text/event-stream',
  'Accept: text/html',
  'Accept: application/graphql-response+json',
  'Accept: image/png',
  'Origin: http://evil.example',
  'Origin: null',
  'Last-Event-ID: 1',
  'Last-Event-ID: x',
  'Idempotency-Key: ',
  'X-Request-Id: a b',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
  'Connection: close',
  'Connection: keep-alive, x',
  'Range: bytes=0-1',
  'If-None-Match: *',
  'Traceparent: 00-0-0-0',
  ' folded: line',
  'no colon',
  `Long: ${'x'.repeat(20_000)}`,
] as const;
const BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '"',
  '{"query":"{ health { status } }"}',
  '{"query":"{ __schema { types { name } } }"}',
  '{"query":"{","variables":{}}',
  '{"query":"mutation { execute(input: {}) { __typename } }"}',
  '{"query":"mutation($i: ExecuteInput!) { execute(input: $i) { __typename } }","variables":{"i":{"code":1}}}',
  '{"query":"{ a { a { a { a } } } }","operationName":"x","extensions":[]}',
  `{"code":"cHJpbnQoMSk=","language":"cobol"}`,
  `{"code":"!","language":"python","limits":{"timeoutMs":-1}}`,
  '{"__proto__":{"a":1},"constructor":{}}',
  `{"a":${'['.repeat(100)}`,
  `[${'1,'.repeat(5000)}1]`,
  '{"query":"\ud800"}',
  '\ufeff{}',
] as const;

/** Bytes that look like an HTTP request, more or less. */
export function randomRequest(choices: Choices): Buffer {
  if (choices.chance(0.05)) return choices.bytes(300);
  const body = choices.chance(0.5) ? choices.of(BODIES) : '';
  const headers = [
    ...(choices.chance(0.8) ? ['Host: localhost'] : []),
    ...(choices.chance(0.5) ? [`Authorization: Bearer ${KEY}`] : []),
    ...(choices.chance(0.5) ? ['Content-Type: application/json'] : []),
    ...(choices.chance(0.6)
      ? [`Content-Length: ${Buffer.byteLength(body) + (choices.chance(0.1) ? 5 : 0)}`]
      : []),
    ...choices.some(4, () => choices.of(HEADERS)),
  ];
  const end = choices.chance(0.95) ? '\r\n' : '\n';
  const lines = [`${choices.of(METHODS)} ${choices.of(TARGETS)} ${choices.of(VERSIONS)}`, ...headers, '', ''];
  const bytes = Buffer.concat([Buffer.from(lines.join(end)), Buffer.from(body)]);
  const sent = choices.chance(0.4) ? choices.damaged(bytes) : bytes;
  return choices.chance(0.1) ? Buffer.concat([sent, sent]) : sent;
}
