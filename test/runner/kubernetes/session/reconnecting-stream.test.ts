import { describe, expect, it, vi } from 'vitest';
import { end, out } from './scripted-launcher.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('a stream', () => {
  it('may begin within a line', async () => {
    await play.running();
    play.launcher.last = 2;
    play.launcher.send(out(1, 'a'));
    const rest = `${JSON.stringify(out(2, 'b')).slice(10)}\n`;
    play.launcher.responds = false;
    play.launcher.stream.close();
    await play.launcher.until('another stream', () => play.launcher.streams.length === 2);
    play.launcher.raw(rest);
    play.launcher.raw('half a li');
    play.launcher.responds = true;
    play.launcher.onRequest = () => play.launcher.send(out(2, 'b'));
    play.launcher.stream.close();
    await play.listener.has(2);
    expect(play.launcher.requests).toEqual([1, 1]);
  });

  it('that is silent is probed, and replaced when there is no response', async () => {
    vi.useFakeTimers();
    await play.running();
    await vi.advanceTimersByTimeAsync(35_000);
    expect(play.launcher.streams).toHaveLength(1);
    play.launcher.responds = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(play.launcher.streams.length).toBeGreaterThan(1);
    play.launcher.responds = true;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(play.session.attached).toBe(true);
    expect(play.launcher.streams[0]?.isOpen).toBe(false);
  });

  it('is paused while chunks are not taken, and replaced when it goes on all the same', async () => {
    await play.running();
    const { promise, resolve } = Promise.withResolvers<void>();
    play.listener.pause = () => promise;
    play.launcher.send(out(1, 'a'), out(2, 'b'));
    expect(play.launcher.stream.isPaused).toBe(true);
    expect(play.listener.text).toBe('a');
    const first = play.launcher.stream;
    const junk = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 10; i++) first.bytes(junk);
    expect(first.isOpen).toBe(false);
    play.launcher.onRequest = () => play.launcher.send(out(3, 'c'), end(3));
    play.launcher.last = 3;
    resolve();
    expect(await play.listener.over).toMatchObject({ last: 3 });
    expect(play.listener.text).toBe('abc');
  });

  it('brings nothing once the session is disposed', async () => {
    await play.running();
    const { stream } = play.launcher;
    play.session[Symbol.dispose]();
    stream.isOpen = true;
    stream.bytes(Buffer.from(`${JSON.stringify(out(1, 'a'))}\n`));
    expect(play.listener.text).toBe('');
    expect(play.listener.isOver).toBe(false);
  });
});
