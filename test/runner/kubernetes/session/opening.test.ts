import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const play = new Stage();

describe('opening', () => {
  it('resolves at the first response to its own probe', async () => {
    play.launcher.responds = false;
    const opening = play.session.open(AbortSignal.timeout(20_000));
    await play.launcher.until('an attempt', () => play.launcher.streams.length > 0);
    play.launcher.send({
      type: 'ready',
      nonce: '-',
      protocol: 1,
      version: '3',
      state: 'waiting',
      id: null,
      last: 0,
    });
    expect(play.session.attached).toBe(false);
    play.launcher.responds = true;
    play.launcher.stream.close();
    expect(await opening).toEqual({
      version: '3.13.1',
      state: 'waiting',
      id: null,
      last: 0,
      stdin: null,
      notice: null,
    });
    expect(play.session.attached).toBe(true);
  });

  it('probes again on the same stream when the first response was lost', async () => {
    play.launcher.responds = false;
    const opening = play.session.open(AbortSignal.timeout(20_000));
    await play.launcher.until('a probe', () => play.launcher.probes === 1);
    play.launcher.responds = true;
    await opening;
    expect(play.launcher.streams).toHaveLength(1);
  });

  it('rejects when its signal aborts, and goes on attaching for the next', async () => {
    play.launcher.attachable = false;
    const signal = new AbortController();
    const opening = play.session.open(signal.signal);
    await play.launcher.until('three attempts', () => play.launcher.attempts >= 3);
    signal.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    play.launcher.attachable = true;
    await play.session.open(AbortSignal.timeout(20_000));
  });

  it('rejects when it is disposed', async () => {
    play.launcher.attachable = false;
    const opening = play.session.open(AbortSignal.timeout(20_000));
    play.session[Symbol.dispose]();
    await expect(opening).rejects.toThrow('closed');
  });
});
