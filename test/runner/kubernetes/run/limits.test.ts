import { describe, expect, it } from 'vitest';
import { end, out, start } from '../session/scripted-launcher.ts';
import { adoptionOf, ID, REQUEST } from './scripted-pod.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('the limits, kept from outside', () => {
  it('time: the launcher is ordered to stop, then given up', async () => {
    const run = await play.begin();
    await play.pass(7900);
    expect(play.pod.script.commands).toHaveLength(1);
    await play.pass(200);
    expect(play.pod.script.commands.at(-1)).toBe('stop timeout 0');
    expect(await play.within(4800, run.end)).toBe('pending');
    expect(await play.within(200, run.end)).toMatchObject({
      reason: 'TIMED_OUT',
      message: 'The program ran longer than its time limit of 5 s.',
      usage: { cpuMs: null },
    });
  });

  it('time: a launcher that cannot be reached may have kept it', async () => {
    const run = await play.begin();
    play.pod.exit();
    play.pod.logFails = true;
    expect(await play.within(40_000, run.end)).toBe('pending');
    Object.assign(play.pod.script, { attachable: true, state: 'ended', last: 1 });
    play.pod.script.onRequest = () => play.pod.script.send(start(ID), out(1, 'in time'), end(1));
    expect(await play.within(6000, run.end)).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(play.observer.text).toBe('in time');
  });

  it('time: a stream that is open and silent, as on a link that is frozen, means nothing', async () => {
    const run = await play.begin();
    play.pod.script.responds = false;
    play.pod.logFails = true;
    expect(await play.within(16_000, run.end)).toBe('pending');
    play.pod.script.responds = true;
    play.pod.script.send(out(1, 'in time'), end(1));
    expect(await play.within(100, run.end)).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(play.observer.text).toBe('in time');
  });

  it('time: a launcher that does not respond is given up for what its log does not have', async () => {
    const run = await play.begin();
    play.pod.script.responds = false;
    play.pod.script.writeLog(out(1, 'printed'));
    expect(await play.within(9900, run.end)).toBe('pending');
    expect(await play.within(1000, run.end)).toMatchObject({ reason: 'TIMED_OUT' });
    expect(play.observer.text).toBe('printed');
  });

  it('time: one that does not respond is given up only once a log read after the order to stop has no end', async () => {
    const run = await play.begin();
    play.pod.script.responds = false;
    await play.pass(7900);
    play.pod.logFails = true;
    expect(await play.within(20_000, run.end)).toBe('pending');
    play.pod.logFails = false;
    play.pod.script.writeLog(out(1, 'in time'), end(1));
    expect(await play.within(3000, run.end)).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(play.observer.text).toBe('in time');
  });

  it('time: one that responds has longer to report its end', async () => {
    const run = await play.begin();
    await play.pass(12_000);
    play.pod.script.send(out(1, 'slow'), end(1, { cause: 'timeout' }));
    expect(await run.end).toMatchObject({ reason: 'TIMED_OUT', usage: { cpuMs: 8 } });
    expect(play.observer.text).toBe('slow');
  });

  it('time: one that can be reached again has some seconds to report', async () => {
    const run = await play.begin();
    play.pod.exit();
    play.pod.logFails = true;
    await play.pass(40_000);
    play.pod.script.attachable = true;
    expect(await play.within(7500, run.end)).toBe('pending');
    expect(await play.within(8000, run.end)).toMatchObject({ reason: 'TIMED_OUT' });
    expect(play.pod.script.commands.at(-1)).toBe('stop timeout 0');
  });

  it('time: what the log has counts', async () => {
    const run = await play.begin();
    play.pod.exit();
    expect(await play.within(14_000, run.end)).toMatchObject({ reason: 'TIMED_OUT' });
  });

  it('output: cut exactly at the limit, where a character ends', async () => {
    const request = { ...REQUEST, limits: { ...REQUEST.limits, outputBytes: 10 } };
    const run = await play.begin(request);
    play.pod.script.send(out(1, 'abcd'), out(2, '\u20ac\u20ac\u20ac'), out(3, 'x'));
    expect(await run.end).toMatchObject({
      reason: 'OUTPUT_LIMIT',
      outputTruncated: true,
      message: 'The program printed more than its 10 bytes.',
    });
    expect(play.observer.text).toBe('abcd\u20ac\u20ac');
    expect(play.pod.script.commands.at(-1)).toBe('stop output 0');
  });

  it('output: exactly the limit is within it', async () => {
    const run = await play.begin({ ...REQUEST, limits: { ...REQUEST.limits, outputBytes: 4 } });
    play.pod.script.send(out(1, 'abcd'), end(1));
    expect(await run.end).toMatchObject({ reason: 'EXITED', outputTruncated: false });
  });

  it('output: what another process received counts', async () => {
    play.replacePod(1);
    Object.assign(play.pod.script, { state: 'running', id: ID, last: 3 });
    play.pod.script.onRequest = () => play.pod.script.send(start(ID), out(2, 'abc'), out(3, 'defg'));
    const adoption = adoptionOf({ after: 1, bytes: 995 });
    expect(await play.adopt(adoption)).toMatchObject({ reason: 'OUTPUT_LIMIT' });
    expect(play.observer.text).toBe('abcde');
  });
});
