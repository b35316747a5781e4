import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { end, out, start } from './scripted-launcher.ts';
import { ID, Stage } from './stage.ts';

const play = new Stage();

describe('the payload', () => {
  it('is sent once while its stream lives, with its length and hash', async () => {
    await play.conversation.open(AbortSignal.timeout(20_000));
    play.conversation.run(ID, '{"code":"ä"}', play.listener);
    const json = '{"code":"ä"}';
    const hash = createHash('sha256').update(json).digest('hex');
    expect(play.launcher.orders).toEqual([`run ${ID} 13 ${hash} ${json}`]);
  });

  it('is sent again after a cut and after a refusal, until the program has started', async () => {
    await play.conversation.open(AbortSignal.timeout(20_000));
    play.conversation.run(ID, '{}', play.listener);
    play.launcher.stream.close();
    await play.launcher.until('a second payload', () => play.launcher.orders.length === 2);
    play.launcher.say({ type: 'refused', id: ID });
    expect(play.launcher.orders).toHaveLength(3);
    Object.assign(play.launcher, { state: 'running', id: ID });
    play.launcher.say(start(ID));
    play.launcher.stream.close();
    await play.launcher.until('a stream', () => play.launcher.asked.length === 2);
    expect(play.launcher.orders).toHaveLength(3);
    expect(new Set(play.launcher.orders).size).toBe(1);
  });

  it('is given up when it is refused for ever', async () => {
    await play.conversation.open(AbortSignal.timeout(20_000));
    play.launcher.onOrder = () => play.launcher.say({ type: 'refused', id: ID });
    play.conversation.run(ID, '{}', play.listener);
    expect(await play.listener.over).toBe('The program could not be handed to the launcher whole.');
  });

  it('is sent no more once the program is to be stopped', async () => {
    await play.conversation.open(AbortSignal.timeout(20_000));
    play.launcher.attachable = false;
    play.launcher.stream.close();
    await play.launcher.until('an attempt in vain', () => play.launcher.attempts === 2);
    play.conversation.run(ID, '{}', play.listener);
    play.conversation.stop('cancelled', 250);
    play.launcher.attachable = true;
    await play.launcher.until('a stop', () => play.launcher.orders.length === 1);
    expect(play.launcher.orders).toEqual(['stop cancelled 250']);
    expect(play.conversation.payloadWasSent).toBe(false);
  });
});

describe('what the server wants', () => {
  it('is said again on the next stream', async () => {
    await play.running();
    play.launcher.say(out(1, 'a'), out(2, 'b'));
    play.conversation.acknowledge(1);
    play.conversation.acknowledge(2);
    await play.launcher.until('an ack', () => play.launcher.orders.includes('ack 2'));
    expect(play.launcher.orders).not.toContain('ack 1');
    play.conversation.stop('timeout', 0);
    play.launcher.stream.close();
    await play.launcher.until('both again', () => play.launcher.orders.length === 5);
    expect(play.launcher.orders.slice(1)).toEqual(['ack 2', 'stop timeout 0', 'ack 2', 'stop timeout 0']);
    play.launcher.say(end(2, { cause: 'timeout' }));
    play.launcher.stream.close();
    await play.launcher.until('a third stream', () => play.launcher.streams.length === 3);
    expect(play.launcher.orders.slice(5)).toEqual(['ack 2']);
  });

  it('ends with bye', async () => {
    await play.running();
    play.launcher.say(end(0));
    play.conversation.bye();
    expect(play.launcher.orders.at(-1)).toBe('bye');
    const drained = play.conversation.drained();
    play.launcher.stream.close();
    await drained;
    expect(play.launcher.attempts).toBe(1);
  });
});
