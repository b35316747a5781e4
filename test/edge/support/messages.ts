import { KEY } from './attacked-server.ts';
import type { Choices } from './choices.ts';

const QUERIES = [
  '{ health { status } }',
  '{ executions { edges { cursor } } }',
  '{',
  '{ nothing }',
  'subscription { output(id: "01890000-0000-7000-8000-000000000000") { ended } }',
  'subscription { execution(id: "x") { id } }',
  'mutation { execute(input: {}) { __typename } }',
  '{ __schema { types { name } } }',
  `{ ${'a '.repeat(3000)} }`,
  `{ ${'health { status } '.repeat(100)} }`,
  '"""',
  '\u0000',
  '',
] as const;
const INIT = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${KEY}` } });

/** What clients say one after the other; most begin as they should. */
export function randomConversation(choices: Choices): (string | Buffer)[] {
  const messages = choices.some(6, () => randomMessage(choices));
  return choices.chance(0.8) ? [INIT, ...messages] : messages;
}

function randomMessage(choices: Choices): string | Buffer {
  const payload = {
    query: choices.of(QUERIES),
    ...(choices.chance(0.3)
      ? { variables: choices.of<unknown>([null, {}, [], { a: [[[[]]]] }, 'x', { id: 1 }]) }
      : {}),
    ...(choices.chance(0.2) ? { operationName: choices.of<unknown>(['x', 1, null, '']) } : {}),
  };
  const message = choices.of<() => unknown>([
    () => ({ type: 'subscribe', id: choices.of<unknown>(['1', '2', '__proto__', '', 1, null]), payload }),
    () => ({ type: 'subscribe', id: '3', payload }),
    () => ({ type: 'subscribe', id: '4', payload: choices.of<unknown>([null, [], 'x', {}]) }),
    () => ({ type: 'complete', id: choices.of<unknown>(['1', '2', 'constructor', {}]) }),
    () => ({ type: 'ping', payload: choices.of<unknown>([undefined, {}, 'x', { a: 'x'.repeat(2000) }]) }),
    () => ({ type: 'pong' }),
    () => ({ type: choices.of<unknown>(['next', 'error', 'connection_ack', 'start', 1, null, '__proto__']) }),
    () => choices.of<unknown>([null, [], 1, 'x', {}, Array.from({ length: 5000 }, () => 1)]),
  ])();
  const text = JSON.stringify(message);
  return choices.chance(0.2) ? choices.damaged(Buffer.from(text)) : text;
}

const OPCODES = [0, 1, 1, 1, 2, 3, 8, 9, 10, 15] as const;

/** One frame of the WebSocket protocol, right or not. */
export function randomFrame(choices: Choices): Buffer {
  const payload = choices.chance(0.7) ? Buffer.from(randomMessage(choices)) : choices.bytes(200);
  const flags = choices.chance(0.8) ? 0x80 : choices.of([0, 0x40, 0x20, 0x90] as const);
  const masked = choices.chance(0.9) ? 0x80 : 0;
  const length = choices.chance(0.95) ? payload.length : choices.of([0, 125, 65_535, 2 ** 31] as const);
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = flags | choices.of(OPCODES);
  header[1] = masked | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  const frame = Buffer.concat([header, Buffer.alloc(masked === 0 ? 0 : 4), payload]);
  return choices.chance(0.1) ? choices.damaged(frame) : frame;
}
