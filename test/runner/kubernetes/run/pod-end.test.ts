import { describe, expect, it } from 'vitest';
import type { PodState } from '../../../../src/runner/kubernetes/pods/pod.ts';
import { endedBy } from '../../../../src/runner/run/endings/ending.ts';
import { end, out } from '../session/scripted-launcher.ts';
import { REQUEST } from './scripted-pod.ts';
import { EVICTED, Stage } from './stage.ts';

const play = new Stage();

/** It ends, and its log has nothing but that it was ready. */
function endUnstarted(state: PodState): void {
  const ready = { type: 'ready', nonce: '-', protocol: 1, version: '3', state: 'waiting', id: null, last: 0 };
  play.pod.script.writeLog(ready);
  play.pod.exit();
  play.pod.become(state);
}

describe('a pod that has ended', () => {
  const ENDED = {
    state: 'ended',
    reason: 'OUT_OF_MEMORY',
    message: 'The container ran out of memory.',
  } as const;

  it('is reported by its launcher, when that is in the log', async () => {
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'));
    play.pod.exit();
    play.pod.script.writeLog(out(2, 'b'), end(2, { exitCode: 7 }));
    play.pod.become(ENDED);
    expect(await play.within(1000, run.end)).toMatchObject({ reason: 'EXITED', exitCode: 7 });
    expect(play.observer.text).toBe('ab');
  });

  it('is derived from its state otherwise, after what its log has', async () => {
    const run = await play.begin();
    play.pod.exit();
    play.pod.script.writeLog(out(1, 'a'));
    play.pod.become(ENDED);
    expect(await play.within(1000, run.end)).toMatchObject({
      reason: 'OUT_OF_MEMORY',
      message: ENDED.message,
      usage: { cpuMs: null },
    });
    expect(play.observer.text).toBe('a');
  });

  it('may still be received over its stream', async () => {
    const run = await play.begin();
    play.pod.logFails = true;
    play.pod.become(ENDED);
    await play.pass(2000);
    play.pod.script.send(out(1, 'late'), end(1));
    expect(await run.end).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.text).toBe('late');
  });

  it('is waited for, but not for ever, when neither its stream closes nor its log can be read', async () => {
    const run = await play.begin({ ...REQUEST, limits: { ...REQUEST.limits, timeoutMs: 600_000 } });
    play.pod.logFails = true;
    play.pod.become(ENDED);
    expect(await play.within(55_000, run.end)).toBe('pending');
    expect(await play.within(10_000, run.end)).toMatchObject({ reason: 'OUT_OF_MEMORY' });
  });

  it('is derived from its state with what there was when it is gone', async () => {
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'));
    play.pod.exit();
    play.pod.become({ state: 'gone', reason: 'INTERRUPTED', message: 'The pod was deleted.' });
    expect(await play.within(1000, run.end)).toMatchObject({
      reason: 'INTERRUPTED',
      message: 'The pod was deleted.',
    });
    expect(play.observer.text).toBe('a');
  });

  it('requeues a program that its log shows not started', async () => {
    play.pod.starts = false;
    const run = await play.begin();
    endUnstarted({ state: 'ended', ...EVICTED });
    await expect(play.within(1000, run.outcome)).resolves.toMatchObject({ kind: 'notStarted' });
    expect(play.observer.told).toEqual(['bound']);
  });

  it('is the end of a program that it had not the memory to take', async () => {
    play.pod.starts = false;
    const run = await play.begin();
    endUnstarted(ENDED);
    expect(await play.within(1000, run.end)).toMatchObject({ reason: 'OUT_OF_MEMORY', usage: null });
    expect(play.observer.told).toEqual(['bound']);
  });

  it.each([
    ['had been given the program', true, endedBy(EVICTED.reason, EVICTED.message)],
    ['had not', false, null],
  ])('says how it ended when it %s', async (_, attachable, expected) => {
    play.pod.starts = false;
    if (!attachable) {
      play.pod.exit();
      await play.pass(10);
    }
    const run = await play.begin();
    endUnstarted({ state: 'ended', ...EVICTED });
    expect(await play.within(1000, run.outcome)).toMatchObject({ kind: 'notStarted', sandboxEnd: expected });
  });

  it('requeues what was never sent to it also when it ran out of memory', async () => {
    play.pod.exit();
    await play.pass(10);
    const run = await play.begin();
    endUnstarted(ENDED);
    await expect(play.within(1000, run.outcome)).resolves.toMatchObject({ kind: 'notStarted' });
  });

  it.each([
    ['has a later frame', () => play.pod.script.writeLog(out(9, 'z'))],
    ['is empty', () => play.pod.script.log.splice(0)],
    [
      'cannot be read',
      () => {
        play.pod.logFails = true;
      },
    ],
  ])('gives nothing back when its log %s', async (_, log) => {
    play.pod.starts = false;
    const run = await play.begin();
    log();
    play.pod.exit();
    play.pod.become({ state: 'ended', ...EVICTED });
    expect(await play.within(70_000, run.end)).toMatchObject({ ...EVICTED, usage: null });
  });

  it('gives nothing back when it is gone', async () => {
    play.pod.starts = false;
    const run = await play.begin();
    play.pod.exit();
    play.pod.become({ state: 'gone', ...EVICTED });
    expect(await play.within(10_000, run.end)).toMatchObject(EVICTED);
  });

  it('requeues what was never sent to it', async () => {
    play.pod.exit();
    await play.pass(10);
    const run = await play.begin();
    play.pod.become({ state: 'gone', ...EVICTED });
    await expect(play.within(1000, run.outcome)).resolves.toMatchObject({ kind: 'notStarted' });
  });
});
