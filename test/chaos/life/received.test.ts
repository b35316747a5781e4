import { expect, test } from 'vitest';
import type { Chunk, Watched } from '../../../chaos/life/operations.ts';
import { Received } from '../../../chaos/life/received.ts';

type Event = Watched['output'];

const execution = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
const last = event([], 2, true);

test('events in order are right, and the end is the last one’s', () => {
  const received = new Received();
  expect(received.take(event([chunk(1), chunk(2, 'STDERR')], 2))).toBeNull();
  expect(received.end).toBeNull();
  expect(received.take(event([chunk(3)], 3, true))).toBeNull();
  expect(received.end).toBe(execution);
  expect(received.text('STDOUT')).toBe('chunk 1\nchunk 3\n');
  expect(received.text('STDERR')).toBe('chunk 2\n');
});

test.each<[what: string, events: Event[], wrong: string]>([
  ['a gap', [event([chunk(1), chunk(3)], 3)], 'expected chunk 2, got 3'],
  ['a gap between events', [event([chunk(1)], 1), event([chunk(3)], 3)], 'expected chunk 2, got 3'],
  ['a repeat', [event([chunk(1)], 1), event([chunk(1)], 1)], 'expected chunk 2, got 1'],
  ['a cursor ahead', [event([chunk(1)], 2)], 'expected cursor 1, got 2'],
  ['a cursor behind', [event([chunk(1), chunk(2)], 1)], 'expected cursor 2, got 1'],
  ['a cursor that moves with nothing', [event([], 1)], 'expected cursor 0, got 1'],
  ['a second end', [event([chunk(1), chunk(2)], 2), last, last], 'an event after the end'],
  ['output after the end', [event([chunk(1), chunk(2)], 2), last, event([chunk(3)], 3)], 'after the end'],
])('%s is told', (_what, events, wrong) => {
  const received = new Received();
  const found = events.map((one) => received.take(one));
  expect(found.pop()).toContain(wrong);
  expect(found.every((one) => one === null)).toBe(true);
});

test('an end that comes with something wrong does not count', () => {
  const received = new Received();
  received.take(event([chunk(2)], 2, true));
  expect(received.end).toBeNull();
});

test.each<[what: string, other: Chunk[], difference: string | null]>([
  ['the same', [chunk(1), chunk(2)], null],
  ['another text', [chunk(1), { ...chunk(2), text: 'other' }], 'chunk 2 differently'],
  ['another stream', [chunk(1, 'STDERR'), chunk(2)], 'chunk 1 differently'],
  ['fewer', [chunk(1)], 'chunk 2 differently'],
  ['more', [chunk(1), chunk(2), chunk(3)], 'after 2 and 3 chunks'],
])('two viewers: %s', (_what, other, difference) => {
  const received = new Received();
  received.take(event([chunk(1), chunk(2)], 2, true));
  const found = received.differenceFrom(other);
  if (difference === null) expect(found).toBeNull();
  else expect(found).toContain(difference);
});

function event(chunks: Chunk[], cursor: number, ended = false): Event {
  return { chunks, cursor, ended, execution };
}

function chunk(seq: number, stream: Chunk['stream'] = 'STDOUT'): Chunk {
  return { seq, stream, text: `chunk ${seq}\n` };
}
