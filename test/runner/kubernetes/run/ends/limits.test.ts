import { describe, expect, it } from 'vitest';
import { end, out, start } from '../../conversation/scripted_launcher.ts';
import { ID, REQUEST, takenOver } from '../scripted_pod.ts';
import { Stage } from '../stage.ts';

const play = new Stage();

describe('the limits, kept from outside', () => {
  it('time: the launcher is told, then believed no more', async () => {
    const run = await play.begin();
    await play.pass(7900);
    expect(play.pod.script.orders).toHaveLength(1);
    await play.pass(200);
    expect(play.pod.script.orders.at(-1)).toBe('stop timeout 0');
    expect(await play.within(4800, run.end)).toBe('pending');
    expect(await play.within(200, run.end)).toMatchObject({
      reason: 'TIMED_OUT',
      message: 'The program ran longer than its 5000 ms.',
      usage: { cpuMs: null },
    });
  });

  it('output: cut exactly at the limit, where a character ends', async () => {
    const request = { ...REQUEST, limits: { ...REQUEST.limits, outputBytes: 10 } };
    const run = await play.begin(request);
    play.pod.script.say(out(1, 'abcd'), out(2, '\u20ac\u20ac\u20ac'), out(3, 'x'));
    expect(await run.end).toMatchObject({
      reason: 'OUTPUT_LIMIT',
      outputTruncated: true,
      message: 'The program printed more than its 10 bytes.',
    });
    expect(play.observer.text).toBe('abcd\u20ac\u20ac');
    expect(play.pod.script.orders.at(-1)).toBe('stop output 0');
  });

  it('output: exactly the limit is within it', async () => {
    const run = await play.begin({ ...REQUEST, limits: { ...REQUEST.limits, outputBytes: 4 } });
    play.pod.script.say(out(1, 'abcd'), end(1));
    expect(await run.end).toMatchObject({ reason: 'EXITED', outputTruncated: false });
  });

  it('output: what another process received counts', async () => {
    play.replacePod(1);
    Object.assign(play.pod.script, { state: 'running', id: ID, last: 3 });
    play.pod.script.onAsked = () => play.pod.script.say(start(ID), out(2, 'abc'), out(3, 'defg'));
    const taken = takenOver({ after: 1, bytes: 995 });
    expect(await play.adopt(taken)).toMatchObject({ reason: 'OUTPUT_LIMIT' });
    expect(play.observer.text).toBe('abcde');
  });
});
