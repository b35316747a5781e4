import { describe, expect, it } from 'vitest';
import { end, out } from '../conversation/scripted_launcher.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('a pod that cannot be attached to', () => {
  it('is read by its log', async () => {
    const run = await play.begin();
    play.pod.script.attachable = false;
    play.pod.script.stream.close();
    play.pod.script.logs(out(1, 'a'));
    await play.pass(2500);
    expect(play.pod.logReads).toBe(0);
    await play.pass(1500);
    expect(play.observer.text).toBe('a');
    play.pod.script.logs(out(2, 'b'));
    await play.pass(2600);
    expect(play.observer.text).toBe('ab');
    play.pod.script.logs(end(2));
    expect(await play.within(2600, run.end)).toMatchObject({ reason: 'EXITED' });
  });

  it('and of which nothing is known is given up in the end', async () => {
    play.pod.starts = false;
    const run = await play.begin();
    play.pod.logFails = true;
    play.pod.exit();
    play.pod.become({ state: 'unknown', message: 'The node is silent.' });
    expect(await play.within(59_000, run.end)).toBe('pending');
    expect(await play.within(3000, run.end)).toMatchObject({
      reason: 'INTERRUPTED',
      message: expect.stringMatching(/^Nothing was heard of the pod for \d+ s\.$/),
    });
  });
});
