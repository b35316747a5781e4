import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../../src/runner/kubernetes/session/frames.ts';
import { end, out, start } from './scripted-launcher.ts';

const READY = {
  type: 'ready',
  nonce: 'n',
  protocol: 1,
  version: '3.13.1',
  state: 'waiting',
  id: null,
  last: 0,
};
const OUT = out(1, 'a', 1, 5);

describe('a line', () => {
  it.each([
    [
      READY,
      {
        type: 'ready',
        nonce: 'n',
        version: '3.13.1',
        state: 'waiting',
        id: null,
        last: 0,
        stdin: null,
        notice: null,
      },
    ],
    [
      { ...READY, notice: 'It is slow.' },
      { type: 'ready', notice: 'It is slow.' },
    ],
    [
      { ...READY, session: 's', epoch: 2, run: 3 },
      { type: 'ready', held: { session: 's', epoch: 2, run: 3, isOutOfMemory: false } },
    ],
    [
      { ...READY, session: 's', epoch: 2, run: 3, lost: 'memory' },
      { held: { session: 's', epoch: 2, run: 3, isOutOfMemory: true } },
    ],
    [
      { type: 'session', id: 's' },
      { type: 'session', id: 's', problem: null },
    ],
    [
      { type: 'session', id: 's', problem: 'a: cannot be written (EISDIR)' },
      { problem: 'a: cannot be written (EISDIR)' },
    ],
    [
      { ...start('i', 5), r: 2 },
      { type: 'start', id: 'i', at: 5, run: 2 },
    ],
    [
      { ...OUT, s: 3, d: '{"text"', more: true, r: 2 },
      { type: 'out', seq: 1, stream: 'DISPLAY', text: '{"text"', piece: { index: 0, isLast: false }, run: 2 },
    ],
    [
      { ...OUT, s: 3, d: '}', i: 1 },
      { stream: 'DISPLAY', piece: { index: 1, isLast: true } },
    ],
    [
      { ...end(3), stateLost: true, r: 2 },
      { type: 'end', last: 3, stateLost: true, run: 2 },
    ],
    [start('i', 5), { type: 'start', id: 'i', at: 5 }],
    [
      { type: 'refused', id: 'i' },
      { type: 'refused', id: 'i' },
    ],
    [
      { ...OUT, s: 2, d: 'ä\u0000\n' },
      { type: 'out', seq: 1, stream: 'STDERR', at: 5, text: 'ä\u0000\n' },
    ],
    [
      end(3, { exitCode: 255 }),
      {
        type: 'end',
        last: 3,
        cause: 'exit',
        exitCode: 255,
        signal: null,
        wallMs: 12.4,
        cpuMs: 8,
        maxMemoryMb: 3.14,
        truncated: false,
      },
    ],
    [end(0, { cause: 'signal', signal: 'SIGRTMIN+1' }), { cause: 'signal', signal: 'SIGRTMIN+1' }],
    [
      end(0, { cause: 'memory', wallMs: null, cpuMs: null, maxMemoryMb: null }),
      { cause: 'memory', wallMs: null },
    ],
  ])('that is a frame: %j', (frame, expected) => {
    expect(parseFrame(JSON.stringify(frame))).toMatchObject(expected);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{',
    '{"type":"out"}',
    '{"type":"toString"}',
    '{"__proto__":{"type":"refused","id":"i"}}',
    ` ${JSON.stringify(OUT)}`,
    JSON.stringify([OUT]),
  ])('that is none: %s', (line) => {
    expect(parseFrame(line)).toBeNull();
  });

  it.each([
    [READY, { protocol: 2 }],
    [READY, { nonce: '' }],
    [READY, { nonce: 'n'.repeat(101) }],
    [READY, { version: 3 }],
    [READY, { state: 'asleep' }],
    [READY, { id: 7 }],
    [READY, { last: -1 }],
    [READY, { last: 1.5 }],
    [READY, { notice: 7 }],
    [{ ...READY, session: 's', epoch: 1, run: 0 }, { run: -1 }],
    [{ ...READY, session: 's', epoch: 1, run: 0 }, { epoch: '1' }],
    [{ ...READY, session: 's', epoch: 1, run: 0 }, { session: '' }],
    [{ type: 'session', id: 's' }, { problem: 7 }],
    [READY, { notice: 'n'.repeat(501) }],
    [start('i', 5), { id: '\ud800' }],
    [start('i', 5), { at: -1 }],
    [start('i', 5), { at: 1e300 }],
    [start('i', 5), { at: '5' }],
    [{ type: 'refused', id: 'i' }, { id: null }],
    [OUT, { n: 0 }],
    [OUT, { n: 1.5 }],
    [OUT, { n: 2 ** 53 }],
    [OUT, { n: '1' }],
    [OUT, { s: 4 }],
    [{ ...OUT, s: 3 }, { i: -1 }],
    [{ ...OUT, s: 3 }, { more: 1 }],
    [OUT, { s: '1' }],
    [OUT, { at: null }],
    [OUT, { d: '' }],
    [OUT, { d: 'a\ud83d' }],
    [OUT, { d: ['a'] }],
    [end(1), { last: null }],
    [end(1), { cause: 'Exit' }],
    [end(1), { cause: 'x'.repeat(40) }],
    [end(1), { exitCode: null }],
    [end(1), { exitCode: 256 }],
    [end(1), { exitCode: -1 }],
    [end(1), { signal: 'SIGTERM' }],
    [end(1, { cause: 'signal', signal: 'SIGTERM' }), { signal: null }],
    [end(1, { cause: 'signal', signal: 'SIGTERM' }), { signal: 'rm -rf' }],
    [end(1, { cause: 'signal', signal: 'SIGTERM' }), { exitCode: 1 }],
    [end(1, { cause: 'timeout' }), { exitCode: 0 }],
    [end(1), { wallMs: -1 }],
    [end(1), { cpuMs: 1e13 }],
    [end(1), { maxMemoryMb: '3' }],
    [end(1), { truncated: 0 }],
  ])('that is a frame but for one field: %j with %j', (frame, fields) => {
    expect(parseFrame(JSON.stringify(frame))).not.toBeNull();
    expect(parseFrame(JSON.stringify({ ...frame, ...fields }))).toBeNull();
  });

  it.each([
    'SIG-AAAAAAAAAAAAAA',
    'SIGNAL',
    'SIG',
    'SIG0',
    'SIG65',
    'SIGRTMIN+0',
    'SIGRTMAX-31',
    'SIGterm',
    'TERM',
  ])('that names a signal which does not exist is none: %s', (signal) => {
    for (const real of ['SIGSEGV', 'SIGSYS', 'SIG35', 'SIGRTMAX-1']) {
      expect(parseFrame(JSON.stringify(end(1, { cause: 'signal', signal: real })))).not.toBeNull();
    }
    expect(parseFrame(JSON.stringify(end(1, { cause: 'signal', signal })))).toBeNull();
  });

  it('that was cut at its beginning is no frame, whatever the program prints', () => {
    const line = JSON.stringify(out(1, `}\n${JSON.stringify(out(1, JSON.stringify(OUT)))}\n{"type":`));
    for (let from = 1; from < line.length; from++) expect(parseFrame(line.slice(from))).toBeNull();
  });
});
