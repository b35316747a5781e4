import { describe, expect, it } from 'vitest';
import { end, out } from '../session/scripted-launcher.ts';
import { ID } from './scripted-pod.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('a pod that cannot be attached to', () => {
  it('is read by its log', async () => {
    const run = await play.begin();
    play.pod.script.attachable = false;
    play.pod.script.stream.close();
    play.pod.script.writeLog(out(1, 'a'));
    await play.pass(2500);
    expect(play.pod.logReads).toBe(0);
    await play.pass(1500);
    expect(play.observer.text).toBe('a');
    play.pod.script.writeLog(out(2, 'b'));
    await play.pass(2600);
    expect(play.observer.text).toBe('ab');
    play.pod.script.writeLog(end(2));
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
      message: expect.stringMatching(/^Nothing was received from the pod for \d+ s\.$/),
    });
  });

  it('nor any other is read on when the cluster is back, as long as its launcher keeps it', async () => {
    const run = await play.begin();
    play.pod.logFails = true;
    play.pod.reachable = false;
    play.pod.exit();
    expect(await play.within(500_000, run.end)).toBe('pending');
    play.pod.reachable = true;
    Object.assign(play.pod.script, { attachable: true, state: 'ended', id: ID, last: 1 });
    play.pod.script.onRequest = () => play.pod.script.send(out(1, 'a'), end(1));
    expect(await play.within(6000, run.end)).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.text).toBe('a');
  });

  it('nor any other is given up when its launcher keeps it no longer', async () => {
    const run = await play.begin();
    play.pod.logFails = true;
    play.pod.reachable = false;
    play.pod.exit();
    expect(await play.within(545_000, run.end)).toMatchObject({ reason: 'INTERRUPTED' });
  });
});
