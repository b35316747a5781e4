import { describe, expect, it } from 'vitest';
import { end, out } from '../session/scripted-launcher.ts';
import { Stage } from './stage.ts';

const play = new Stage();
const LEAVES = [
  ['interrupted', () => play.stop.abort('INTERRUPTED')],
  ['lost', () => play.stop.abort('LOST')],
  ['closing', () => play.closing.abort()],
] as const;

describe('a stop', () => {
  it('cancels: the launcher’s end, when it comes in time', async () => {
    const run = await play.begin();
    play.stop.abort('CANCELLED');
    expect(play.pod.script.commands.at(-1)).toBe('stop cancelled 250');
    play.pod.script.send(out(1, 'last words'), end(1, { cause: 'cancelled' }));
    expect(await run.end).toMatchObject({
      reason: 'CANCELLED',
      message: 'Cancelled while it ran.',
      usage: { cpuMs: 8 },
    });
    expect(play.observer.text).toBe('last words');
  });

  it('cancels within a second, whatever the launcher does', async () => {
    const run = await play.begin();
    play.stop.abort('CANCELLED');
    expect(await play.within(650, run.end)).toBe('pending');
    expect(await play.within(100, run.end)).toMatchObject({ reason: 'CANCELLED', usage: { cpuMs: null } });
  });

  it('comes too late for a program that has ended by itself', async () => {
    const run = await play.begin();
    play.stop.abort('CANCELLED');
    play.pod.script.send(end(0, { exitCode: 3 }));
    expect(await run.end).toMatchObject({ reason: 'EXITED', exitCode: 3 });
  });

  it('before the start leaves the pod alone', async () => {
    play.stop.abort('CANCELLED');
    const run = await play.begin();
    expect(await run.end).toMatchObject({ reason: 'CANCELLED', usage: null });
    expect(play.observer.told).toEqual([]);
    expect(play.pod.script.commands).toEqual([]);
  });

  it('while it is being bound, too', async () => {
    play.observer.onPlaced = async () => play.stop.abort('CANCELLED');
    const run = await play.begin();
    expect(await run.end).toMatchObject({ reason: 'CANCELLED', usage: null });
    expect(play.pod.script.commands).toEqual([]);
  });

  it.each([
    ['interrupted', () => play.stop.abort('INTERRUPTED')],
    ['closing', () => play.closing.abort()],
  ])('%s lets go of a program that runs', async (_, abort) => {
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'));
    abort();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    play.pod.script.send(out(2, 'b'));
    expect(play.observer.text).toBe('a');
    expect(play.pod.script.commands).toHaveLength(1);
  });

  it.each([
    ['interrupted', () => play.stop.abort('INTERRUPTED')],
    ['closing', () => play.closing.abort()],
  ])('%s gives back what the pod was not given', async (_, abort) => {
    abort();
    const run = await play.begin();
    await expect(run.outcome).resolves.toMatchObject({ kind: 'notStarted' });
    expect(play.observer.told).toEqual([]);
  });

  it.each(LEAVES)('%s while it is being bound leaves the pod to a successor', async (_, abort) => {
    play.observer.onPlaced = async () => abort();
    const run = await play.begin();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    expect(play.pod.script.commands).toEqual([]);
  });

  it.each(LEAVES)('%s leaves what was not sent yet to a successor, and never sends it', async (_, abort) => {
    play.pod.script.attachable = false;
    play.pod.script.stream.close();
    await play.pass(10);
    const run = await play.begin();
    abort();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    play.pod.script.attachable = true;
    await play.pass(10_000);
    expect(play.pod.session.attached).toBe(true);
    expect(play.pod.script.commands).toEqual([]);
  });
});
