import { describe, expect, test } from 'vitest';
import { MessageReader } from '../../../../src/runner/local/cells/messages.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';

/** A message as an interpreter writes it, in pieces of that many bytes. */
function written(message: object, body = '', pieceBytes = 4000): string {
  const whole = `${JSON.stringify(message)}\n${body}`;
  let text = '';
  for (let at = 0; at < whole.length; at += pieceBytes) {
    const piece = whole.slice(at, at + pieceBytes);
    const isLast = at + pieceBytes >= whole.length;
    text += `${TOKEN}${at === 0 ? 1 : 0}${isLast ? 1 : 0}${piece.length.toString(16).padStart(4, '0')}${piece}`;
  }
  return text;
}

/** What a reader makes of parts: text as it is, messages as what they say. */
function read(parts: readonly string[]): unknown[] {
  const reader = new MessageReader(TOKEN);
  const items: unknown[] = [];
  const text = (bytes: Buffer): void => {
    const last = items.at(-1);
    if (typeof last === 'string') items[items.length - 1] = last + bytes.toString();
    else items.push(bytes.toString());
  };
  for (const part of parts) {
    for (const item of reader.read(Buffer.from(part))) {
      if (item instanceof Uint8Array) text(item);
      else items.push({ ...item.message, body: Buffer.from(item.body).toString() });
    }
  }
  const rest = reader.end();
  if (rest.length > 0) text(rest);
  return items;
}

const ENDED = { type: 'ended', number: 1, exitCode: 3 };

describe('messages between what a program prints', () => {
  const whole = `before${written({ type: 'file', path: 'a', at: 0 }, 'x'.repeat(50), 16)}middle${written(ENDED)}after`;
  const expected = [
    'before',
    { type: 'file', path: 'a', at: 0, body: 'x'.repeat(50) },
    'middle',
    { ...ENDED, body: '' },
    'after',
  ];

  test('are found wherever reads part them', () => {
    expect(read([whole])).toEqual(expected);
    expect(read([...whole])).toEqual(expected);
    for (let at = 1; at < whole.length; at += 7) {
      expect(read([whole.slice(0, at), whole.slice(at)])).toEqual(expected);
    }
  });

  test('what only looks like one is printed', () => {
    const texts = [TOKEN, `${TOKEN}11zzzz`, `${TOKEN}11ffff`, TOKEN.slice(0, 20), `${TOKEN.slice(0, 31)}x`];
    for (const text of texts) expect(read([text, 'more'])).toEqual([`${text}more`]);
  });

  test('one that begins anew drops what was not finished', () => {
    const unfinished = `${TOKEN}100005{"typ`;
    expect(read([unfinished + written(ENDED)])).toEqual([{ ...ENDED, body: '' }]);
  });

  test('what is no message is dropped', () => {
    for (const message of [
      [],
      5,
      { type: 'x' },
      { type: 'file', path: 5, at: 0 },
      { type: 'ended', number: -1 },
    ]) {
      expect(read([written(message as object)])).toEqual([]);
    }
    expect(read([`${TOKEN}110004{{{{`])).toEqual([]);
  });

  test('of a display, parts that are not as they should be are left out', () => {
    const part = { mediaType: 'Text/HTML', data: '<b>', isBase64: false };
    const parts = [
      part,
      { ...part, mediaType: 'no type' },
      { mediaType: 'image/png', data: 'a b+/=', isBase64: true },
      { mediaType: 'image/png', data: '"', isBase64: true },
      { mediaType: 'text/plain', data: 'x'.repeat(8 * 1024 * 1024), isBase64: false },
      null,
    ];
    expect(read([written({ type: 'display', text: 'plain', parts, isResult: 1 })])).toEqual([
      {
        type: 'display',
        text: 'plain',
        parts: [
          { mediaType: 'text/html', data: '<b>', isBase64: false },
          { mediaType: 'image/png', data: 'ab+/=', isBase64: true },
        ],
        isResult: false,
        body: '',
      },
    ]);
  });
});
