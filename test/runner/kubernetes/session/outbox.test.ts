import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { end, out, start } from './scripted-launcher.ts';
import { ID, Stage } from './stage.ts';

const play = new Stage();

describe('the payload', () => {
  it('is sent once while its stream lives, with its length and hash', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    play.session.program.run(ID, '{"code":"ä"}', play.listener);
    const json = '{"code":"ä"}';
    const hash = createHash('sha256').update(json).digest('hex');
    expect(play.launcher.commands).toEqual([`run ${ID} 13 ${hash} ${json}`]);
  });

  it('is sent again after a cut and after a refusal, until the program has started', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    play.session.program.run(ID, '{}', play.listener);
    play.launcher.stream.close();
    await play.launcher.until('a second payload', () => play.launcher.commands.length === 2);
    play.launcher.send({ type: 'refused', id: ID });
    expect(play.launcher.commands).toHaveLength(3);
    Object.assign(play.launcher, { state: 'running', id: ID });
    play.launcher.send(start(ID));
    play.launcher.stream.close();
    await play.launcher.until('a stream', () => play.launcher.requests.length === 2);
    expect(play.launcher.commands).toHaveLength(3);
    expect(new Set(play.launcher.commands).size).toBe(1);
  });

  it('is given up when it is refused for ever', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    play.launcher.onCommand = () => play.launcher.send({ type: 'refused', id: ID });
    play.session.program.run(ID, '{}', play.listener);
    expect(await play.listener.over).toBe('The program could not be sent to the launcher whole.');
  });

  it('is not sent any more once the program is to be stopped', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    play.launcher.attachable = false;
    play.launcher.stream.close();
    await play.launcher.until('an attempt in vain', () => play.launcher.attempts === 2);
    play.session.program.run(ID, '{}', play.listener);
    play.session.program.stop('cancelled', 250);
    play.launcher.attachable = true;
    await play.launcher.until('a stop', () => play.launcher.commands.length === 1);
    expect(play.launcher.commands).toEqual(['stop cancelled 250']);
    expect(play.session.program.payloadWasSent).toBe(false);
  });
});

describe('the outbox', () => {
  it('is sent again over the next stream', async () => {
    await play.running();
    play.launcher.send(out(1, 'a'), out(2, 'b'));
    play.session.program.acknowledge(1);
    play.session.program.acknowledge(2);
    await play.launcher.until('an ack', () => play.launcher.commands.includes('ack 2'));
    expect(play.launcher.commands).not.toContain('ack 1');
    play.session.program.stop('timeout', 0);
    play.launcher.stream.close();
    await play.launcher.until('both again', () => play.launcher.commands.length === 5);
    expect(play.launcher.commands.slice(1)).toEqual(['ack 2', 'stop timeout 0', 'ack 2', 'stop timeout 0']);
    play.launcher.send(end(2, { cause: 'timeout' }));
    play.launcher.stream.close();
    await play.launcher.until('a third stream', () => play.launcher.streams.length === 3);
    expect(play.launcher.commands.slice(5)).toEqual(['ack 2']);
  });

  it('ends with bye', async () => {
    await play.running();
    play.launcher.send(end(0));
    play.session.bye();
    expect(play.launcher.commands.at(-1)).toBe('bye');
    const drained = play.session.drained();
    play.launcher.stream.close();
    await drained;
    expect(play.launcher.attempts).toBe(1);
  });
});
