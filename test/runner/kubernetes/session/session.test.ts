import { describe, expect, it } from 'vitest';
import { end, out } from './scripted-launcher.ts';
import { ID, Stage } from './stage.ts';

const play = new Stage();

describe('a session', () => {
  it('attaches to nothing before it is opened, and to nothing once it is disposed', async () => {
    expect(play.launcher.attempts).toBe(0);
    play.session[Symbol.dispose]();
    await expect(play.session.open(AbortSignal.timeout(20_000))).rejects.toThrow('closed');
    expect(play.launcher.attempts).toBe(0);
    play.session[Symbol.dispose]();
  });

  it('is not attached while it leaves, and still dispatches what its stream brings', async () => {
    await play.running();
    const { stream } = play.launcher;
    play.session.bye();
    expect(play.session.attached).toBe(false);
    play.launcher.send(out(1, 'a'), end(1));
    stream.close();
    await play.session.drained();
    expect(await play.listener.over).toMatchObject({ last: 1 });
    expect(play.listener.text).toBe('a');
    expect(play.launcher.attempts).toBe(1);
  });

  it('opens no other stream once its stream was closed, and takes the log in its place', async () => {
    await play.running();
    play.session.closeStream();
    await play.session.drained();
    for (const frame of [out(1, 'a'), end(1)]) play.session.receiveLogLine(JSON.stringify(frame));
    expect(await play.listener.over).toMatchObject({ last: 1 });
    expect(play.launcher.attempts).toBe(1);
  });

  it('that is broken dispatches what it took before, and then reports why', async () => {
    await play.running();
    play.launcher.raw(`${JSON.stringify(out(1, 'a'))}\n${'junk\n'.repeat(200_000)}`);
    expect(await play.listener.over).toBe('The launcher sent too much that is of no use.');
    expect(play.listener.text).toBe('a');
    expect(play.session.broken).toBe('The launcher sent too much that is of no use.');
    play.session.receiveLogLine(JSON.stringify(out(2, 'b')));
    expect(play.listener.text).toBe('a');
  });

  it('breaks when its output is refused, even with the end at hand', async () => {
    await play.running();
    play.listener.pause = () => Promise.reject(new Error('The store is full.'));
    play.launcher.raw(`${JSON.stringify(out(1, 'a'))}\n${JSON.stringify(end(1))}\n`);
    expect(await play.listener.over).toBe('The output could not be kept.');
  });

  it('serves one program', async () => {
    await play.running();
    expect(() => play.session.program.follow('another', play.listener)).toThrow(
      `A launcher serves one program; it has ${ID}.`,
    );
  });
});
