import { beforeEach, describe, expect, it } from 'vitest';
import { RunnerDetachedError } from '../../../../src/executions/errors.ts';
import { end, out, start } from '../conversation/scripted-launcher.ts';
import { ID, REQUEST, takenOver } from './scripted-pod.ts';
import { EVICTED, Stage } from './stage.ts';

const play = new Stage();

describe('a takeover', () => {
  beforeEach(() => {
    play.replacePod(2);
  });

  it('reads on after the last stored chunk', async () => {
    Object.assign(play.pod.script, { state: 'ended', id: ID, last: 3 });
    play.pod.script.onAsked = (from) => {
      expect(from).toBe(2);
      play.pod.script.say(start(ID), out(3, 'c'), end(3));
    };
    const taken = takenOver({ after: 2, startedAt: Date.now() - 500 });
    expect(await play.adopt(taken)).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.told).toEqual(['output']);
    expect(play.pod.script.orders).toEqual([]);
  });

  it('hands the program over when its former process may not have', async () => {
    const adopting = play.adopt(takenOver({ startedAt: null, payload: REQUEST.payload }));
    await play.pass(0);
    expect(play.pod.script.orders).toEqual([expect.stringMatching(/^run /)]);
    play.pod.script.say(out(3, 'c'), end(3));
    expect(await adopting).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.told).toEqual(['started', 'output']);
  });

  it('reads what a pod that has ended left', async () => {
    play.pod.script.logs(start(ID), out(1, 'a'), out(2, 'b'), out(3, 'c'), end(3, { exitCode: 1 }));
    play.pod.script.attachable = false;
    play.pod.become({ state: 'ended', ...EVICTED });
    const adopting = play.adopt(takenOver({ after: 2 }));
    expect(await play.within(1000, adopting)).toMatchObject({ reason: 'EXITED', exitCode: 1 });
    expect(play.observer.text).toBe('c');
  });

  it('carries out a wish to cancel without giving the program', async () => {
    play.stop.abort('CANCELLED');
    const adopting = play.adopt(takenOver({ startedAt: null, payload: REQUEST.payload }));
    expect(await play.within(800, adopting)).toMatchObject({ reason: 'CANCELLED' });
    expect(play.pod.script.orders).toEqual(['stop cancelled 250']);
  });

  it('lets go when it is told to at once', async () => {
    play.closing.abort();
    const taken = takenOver({ startedAt: null, payload: REQUEST.payload });
    await expect(play.adopt(taken)).rejects.toThrow(RunnerDetachedError);
    expect(play.pod.script.attempts).toBe(0);
  });

  it('keeps the time limit from then on: when it started is told by another clock', async () => {
    Object.assign(play.pod.script, { state: 'running', id: ID, last: 2 });
    const adopting = play.adopt(takenOver({ after: 2, startedAt: Date.now() - 60_000 }));
    expect(await play.within(7900, adopting)).toBe('pending');
    expect(play.pod.script.orders).toEqual([]);
    await play.pass(200);
    expect(play.pod.script.orders).toEqual(['stop timeout 0']);
    expect(await play.within(6000, adopting)).toMatchObject({ reason: 'TIMED_OUT' });
  });

  it('and for a start that is told by the clock of a node', async () => {
    play.pod.starts = false;
    const taken = takenOver({ startedAt: null, payload: REQUEST.payload });
    const execution = { ...taken.execution, createdAt: Date.now() - 90_000 };
    const adopting = play.adopt({ ...taken, execution });
    await play.pass(0);
    play.pod.script.say(start(ID, Date.now() - 60_000));
    expect(await play.within(7900, adopting)).toBe('pending');
    play.pod.script.say(out(3, 'c'), end(3));
    expect(await adopting).toMatchObject({ reason: 'EXITED' });
  });

  it.each([
    ['by a clock that is behind', 3000, 3000],
    ['that cannot be true', 99_999_999, 13_000],
  ])('tells a time %s', async (_, wallMs, told) => {
    Object.assign(play.pod.script, { state: 'ended', id: ID, last: 3 });
    play.pod.script.onAsked = () => play.pod.script.say(start(ID), out(3, 'c'), end(3, { wallMs }));
    const taken = takenOver({ after: 2, startedAt: Date.now() + 60_000 });
    const execution = { ...taken.execution, createdAt: Date.now() + 59_000 };
    expect(await play.adopt({ ...taken, execution })).toMatchObject({ usage: { wallMs: told } });
  });
});
