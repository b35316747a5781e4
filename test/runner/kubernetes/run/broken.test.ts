import { describe, expect, it } from 'vitest';
import { out } from '../session/scripted-launcher.ts';
import { REQUEST } from './scripted-pod.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('a launcher that cannot be understood', () => {
  it('ends the run', async () => {
    const run = await play.begin({ ...REQUEST, limits: { ...REQUEST.limits, timeoutMs: 60_000 } });
    play.pod.script.send(out(5, 'x'));
    play.pod.script.last = 9;
    expect(await play.within(30_000, run.end)).toMatchObject({ reason: 'INTERRUPTED' });
  });

  it('keeps what it was not given', async () => {
    play.pod.script.raw(`${'x'.repeat(1024 * 1024)}\n`.repeat(40));
    const run = await play.begin();
    await expect(run.outcome).resolves.toMatchObject({ kind: 'notStarted' });
  });

  it('or an observer that fails', async () => {
    const run = await play.begin();
    play.observer.pause = () => Promise.reject(new Error('no'));
    play.pod.script.send(out(1, 'a'));
    expect(await play.within(10, run.end)).toMatchObject({
      reason: 'INTERRUPTED',
      message: 'The output could not be kept.',
    });
  });
});
