import { beforeEach, describe, expect, it } from 'vitest';
import { end, out, start } from '../session/scripted-launcher.ts';
import { adoptionOf, ID, REQUEST } from './scripted-pod.ts';
import { EVICTED, Stage } from './stage.ts';

const play = new Stage();

describe('an adoption', () => {
  beforeEach(() => {
    play.replacePod(2);
  });

  it('reads on after the last stored chunk', async () => {
    Object.assign(play.pod.script, { state: 'ended', id: ID, last: 3 });
    play.pod.script.onRequest = (from) => {
      expect(from).toBe(2);
      play.pod.script.send(start(ID), out(3, 'c'), end(3));
    };
    const adoption = adoptionOf({ after: 2, startedAt: Date.now() - 500 });
    expect(await play.adopt(adoption)).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.told).toEqual(['output']);
    expect(play.pod.script.commands).toEqual([]);
  });

  it('hands the program over when its former process may not have', async () => {
    const adopting = play.adopt(adoptionOf({ startedAt: null, payload: REQUEST.payload }));
    await play.pass(0);
    expect(play.pod.script.commands).toEqual([expect.stringMatching(/^run /)]);
    play.pod.script.send(out(3, 'c'), end(3));
    expect(await adopting).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.told).toEqual(['started', 'output']);
  });

  it('reads what a pod that has ended left', async () => {
    play.pod.script.writeLog(start(ID), out(1, 'a'), out(2, 'b'), out(3, 'c'), end(3, { exitCode: 1 }));
    play.pod.script.attachable = false;
    play.pod.become({ state: 'ended', ...EVICTED });
    const adopting = play.adopt(adoptionOf({ after: 2 }));
    expect(await play.within(1000, adopting)).toMatchObject({ reason: 'EXITED', exitCode: 1 });
    expect(play.observer.text).toBe('c');
  });

  it('carries out a cancel request without giving the program', async () => {
    play.stop.abort('CANCELLED');
    const adopting = play.adopt(adoptionOf({ startedAt: null, payload: REQUEST.payload }));
    expect(await play.within(800, adopting)).toMatchObject({ reason: 'CANCELLED' });
    expect(play.pod.script.commands).toEqual(['stop cancelled 250']);
  });

  it('detaches when it is told to at once', async () => {
    play.closing.abort();
    const adoption = adoptionOf({ startedAt: null, payload: REQUEST.payload });
    await expect(play.adoption(adoption)).resolves.toEqual({ kind: 'detached' });
    expect(play.pod.script.attempts).toBe(0);
  });

  it('keeps the time limit from then on: its start is by another clock', async () => {
    Object.assign(play.pod.script, { state: 'running', id: ID, last: 2 });
    const adopting = play.adopt(adoptionOf({ after: 2, startedAt: Date.now() - 60_000 }));
    expect(await play.within(7900, adopting)).toBe('pending');
    expect(play.pod.script.commands).toEqual([]);
    await play.pass(200);
    expect(play.pod.script.commands).toEqual(['stop timeout 0']);
    expect(await play.within(6000, adopting)).toMatchObject({ reason: 'TIMED_OUT' });
  });

  it('and for a start that is by the clock of a node', async () => {
    play.pod.starts = false;
    const adoption = adoptionOf({ startedAt: null, payload: REQUEST.payload });
    const execution = { ...adoption.execution, createdAt: Date.now() - 90_000 };
    const adopting = play.adopt({ ...adoption, execution });
    await play.pass(0);
    play.pod.script.send(start(ID, Date.now() - 60_000));
    expect(await play.within(7900, adopting)).toBe('pending');
    play.pod.script.send(out(3, 'c'), end(3));
    expect(await adopting).toMatchObject({ reason: 'EXITED' });
  });

  it.each([
    ['by a clock that is behind', 3000, 3000],
    ['that cannot be true', 99_999_999, 13_000],
  ])('tells a time %s', async (_, wallMs, told) => {
    Object.assign(play.pod.script, { state: 'ended', id: ID, last: 3 });
    play.pod.script.onRequest = () => play.pod.script.send(start(ID), out(3, 'c'), end(3, { wallMs }));
    const adoption = adoptionOf({ after: 2, startedAt: Date.now() + 60_000 });
    const execution = { ...adoption.execution, createdAt: Date.now() + 59_000 };
    expect(await play.adopt({ ...adoption, execution })).toMatchObject({ usage: { wallMs: told } });
  });
});
