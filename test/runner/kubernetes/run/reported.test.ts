import { describe, expect, it } from 'vitest';
import { end, out } from '../session/scripted-launcher.ts';
import { EVICTED, Stage } from './stage.ts';

const play = new Stage();

describe('the launcher’s end', () => {
  it.each([
    [{ exitCode: 0 }, { reason: 'EXITED', exitCode: 0, signal: null, message: null }],
    [
      { exitCode: 139 },
      { reason: 'EXITED', exitCode: 139, signal: null, message: 'The program exited with code 139.' },
    ],
    [
      { cause: 'signal', signal: 'SIGSEGV' },
      {
        reason: 'SIGNALLED',
        exitCode: null,
        signal: 'SIGSEGV',
        message: 'The process was ended by SIGSEGV.',
      },
    ],
    [
      { cause: 'timeout' },
      { reason: 'TIMED_OUT', message: 'The program ran longer than its time limit of 5 s.' },
    ],
    [
      { cause: 'memory' },
      { reason: 'OUT_OF_MEMORY', message: 'The program used more than its 64 MiB of memory.' },
    ],
    [
      { cause: 'output', truncated: true },
      {
        reason: 'OUTPUT_LIMIT',
        outputTruncated: true,
        message: 'The program printed more than its 1000 bytes.',
      },
    ],
    [{ cause: 'disk' }, { reason: 'EVICTED', message: 'It wrote more than 512 MiB or 20000 files to disk.' }],
    [{ cause: 'cancelled' }, { reason: 'CANCELLED', message: 'Cancelled while it ran.' }],
    [{ cause: 'nonsense' }, { reason: 'INTERRUPTED', exitCode: null, signal: null }],
  ])('%j', async (fields, expected) => {
    const run = await play.begin();
    play.pod.script.send(end(0, fields));
    expect(await run.end).toMatchObject(expected);
  });

  it('terminated: the pod knows why', async () => {
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'), end(1, { cause: 'terminated' }));
    expect(await play.within(1000, run.end)).toBe('pending');
    play.pod.become({ state: 'ended', ...EVICTED });
    expect(await run.end).toMatchObject({ ...EVICTED, usage: { cpuMs: 8 } });
  });

  it('terminated: a pod that is being removed need not have ended', async () => {
    const run = await play.begin();
    play.pod.become({ state: 'terminating', reason: 'TIMED_OUT', message: 'The Job’s deadline has passed.' });
    play.pod.script.send(end(0, { cause: 'terminated' }));
    expect(await play.within(3000, run.end)).toMatchObject({ reason: 'TIMED_OUT' });
  });

  it('terminated: a pod that says nothing', async () => {
    const run = await play.begin();
    play.pod.script.send(end(0, { cause: 'terminated' }));
    expect(await play.within(63_000, run.end)).toMatchObject({ reason: 'INTERRUPTED' });
  });
});
