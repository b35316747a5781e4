import { describe, expect, it, vi } from 'vitest';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { Listener, silentLogger } from './listener.ts';
import { end, out, start } from './scripted-launcher.ts';
import { ID, Stage } from './stage.ts';

const play = new Stage();

describe('sequence numbers', () => {
  it('that were received are passed over, in whatever order they are repeated', async () => {
    await play.running();
    play.launcher.send(
      out(1, 'a'),
      out(2, 'b'),
      out(1, 'A'),
      start(ID),
      out(2, 'B'),
      out(3, 'c'),
      out(1, 'x'),
      end(3),
    );
    expect(await play.listener.over).toMatchObject({ cause: 'exit', exitCode: 0, last: 3 });
    expect(play.listener.text).toBe('abc');
  });

  it.each([
    ['a gap', () => play.launcher.send(out(3, 'c'))],
    ['a line that is no frame', () => play.launcher.raw('oops\n')],
    [
      'a line longer than a frame',
      () => play.launcher.raw(`${JSON.stringify(out(2, 'b'.repeat(17_000)))}\n`),
    ],
    ['an end too early', () => play.launcher.send(end(3))],
    ['an end of fewer chunks', () => play.launcher.send(end(0))],
    ['a start of another program', () => play.launcher.send(start('another'))],
  ])('are requested after %s', async (_, damage) => {
    await play.running();
    play.launcher.send(out(1, 'a'));
    play.launcher.last = 3;
    play.launcher.onRequest = () => play.launcher.send(start(ID), out(2, 'b'), out(3, 'c'), end(3));
    damage();
    expect(await play.listener.over).toMatchObject({ last: 3 });
    expect(play.listener.text).toBe('abc');
    expect(play.launcher.requests).toEqual([1]);
  });

  it('that requests do not bring break the session, after some attempts', async () => {
    vi.useFakeTimers();
    await play.running();
    play.launcher.last = 3;
    play.launcher.onRequest = () => play.launcher.send(out(3, 'c'));
    play.launcher.send(out(1, 'a'), out(3, 'c'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await play.listener.over).toMatch(/not complete/);
    expect(play.listener.text).toBe('a');
    expect(play.launcher.requests.length).toBeLessThan(10);
    expect(play.session.attached).toBe(false);
  });

  it('may come from the log meanwhile', async () => {
    vi.useFakeTimers();
    await play.running();
    play.launcher.last = 3;
    play.launcher.onRequest = () => play.launcher.send(out(3, 'c'));
    play.launcher.send(out(1, 'a'), out(3, 'c'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(play.session.hasGap).toBe(true);
    for (const frame of [start(ID), out(1, 'a'), out(2, 'b')])
      play.session.receiveLogLine(JSON.stringify(frame));
    play.launcher.onRequest = () => play.launcher.send(out(3, 'c'), end(3));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await play.listener.over).toMatchObject({ last: 3 });
    expect(play.listener.text).toBe('abc');
  });

  it('lost without a trace are noticed at the next response', async () => {
    vi.useFakeTimers();
    await play.running();
    play.launcher.send(out(1, 'a'));
    Object.assign(play.launcher, { last: 2, state: 'ended' });
    play.launcher.onRequest = () => play.launcher.send(out(2, 'b'), end(2));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await play.listener.over).toMatchObject({ last: 2 });
    expect(play.listener.text).toBe('ab');
  });

  it('go on where another process stopped', async () => {
    using later = new Session({ attach: play.launcher.attach, after: 2, logger: silentLogger });
    const after = new Listener(2);
    Object.assign(play.launcher, { state: 'running', id: ID, last: 3 });
    play.launcher.onRequest = (from) => {
      expect(from).toBe(2);
      play.launcher.send(start(ID), out(3, 'c'));
    };
    later.program.follow(ID, after);
    await later.open(AbortSignal.timeout(20_000));
    play.launcher.send(end(3));
    expect(await after.over).toMatchObject({ last: 3 });
    expect(after.starts).toHaveLength(1);
    expect(play.launcher.commands).toEqual([]);
  });

  it('of a pod without the program, or with another, are not taken', async () => {
    play.session.program.follow(ID, play.listener);
    play.session.open(AbortSignal.timeout(20_000)).catch(() => undefined);
    expect(await play.listener.over).toBe('The pod has not been given the program.');

    using other = new Session({ attach: play.launcher.attach, after: 0, logger: silentLogger });
    const another = new Listener();
    Object.assign(play.launcher, { state: 'running', id: 'another' });
    other.program.follow(ID, another);
    other.open(AbortSignal.timeout(20_000)).catch(() => undefined);
    expect(await another.over).toBe('The pod serves another program.');
  });
});
