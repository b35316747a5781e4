import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const play = new Stage();

describe('opening', () => {
  it('resolves at the first answer to its own question', async () => {
    play.launcher.answers = false;
    const opening = play.conversation.open(AbortSignal.timeout(20_000));
    await play.launcher.until('an attempt', () => play.launcher.streams.length > 0);
    play.launcher.say({
      type: 'ready',
      nonce: '-',
      protocol: 1,
      version: '3',
      state: 'waiting',
      id: null,
      last: 0,
    });
    expect(play.conversation.attached).toBe(false);
    play.launcher.answers = true;
    play.launcher.stream.close();
    expect(await opening).toEqual({ version: '3.13.1', state: 'waiting', id: null, last: 0 });
    expect(play.conversation.attached).toBe(true);
  });

  it('asks again on the same stream when the first answer went to nobody', async () => {
    play.launcher.answers = false;
    const opening = play.conversation.open(AbortSignal.timeout(20_000));
    await play.launcher.until('a question', () => play.launcher.questions === 1);
    play.launcher.answers = true;
    await opening;
    expect(play.launcher.streams).toHaveLength(1);
  });

  it('rejects when its signal aborts, and tries on for the next', async () => {
    play.launcher.attachable = false;
    const signal = new AbortController();
    const opening = play.conversation.open(signal.signal);
    await play.launcher.until('three attempts', () => play.launcher.attempts >= 3);
    signal.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    play.launcher.attachable = true;
    await play.conversation.open(AbortSignal.timeout(20_000));
  });

  it('rejects when it is disposed', async () => {
    play.launcher.attachable = false;
    const opening = play.conversation.open(AbortSignal.timeout(20_000));
    play.conversation[Symbol.dispose]();
    await expect(opening).rejects.toThrow('closed');
  });
});
