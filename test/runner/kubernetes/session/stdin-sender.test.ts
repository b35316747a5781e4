import { describe, expect, it } from 'vitest';
import { ScriptedInput } from '../../../support/program-input.ts';
import { start } from './scripted-launcher.ts';
import { ID, Stage } from './stage.ts';

const play = new Stage();
const KiB = 1024;

/** The lines of stdin that a launcher was sent: where each begins, and what it holds. */
function sent(): readonly (readonly [at: number, text: string])[] {
  return play.launcher.commands
    .filter((line) => line.startsWith('stdin '))
    .map((line) => line.split(' '))
    .map(([, at, base64 = '']) => [Number(at), Buffer.from(base64, 'base64').toString()]);
}

const sentUpTo = (): number => Math.max(0, ...sent().map(([at, text]) => at + text.length));

/** A program that has started, whose stdin begins at 0. */
async function begin(input: ScriptedInput): Promise<AbortController> {
  const over = new AbortController();
  await play.session.open(AbortSignal.timeout(20_000));
  play.session.program.run(ID, '{}', play.listener);
  void play.session.program.stdin.feed(input, 0, over.signal);
  Object.assign(play.launcher, { state: 'running', id: ID });
  play.launcher.send(start(ID));
  return over;
}

describe('stdin that stays open', () => {
  it('is sent once the program has started, from the offset behind the payload’s', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    const input = new ScriptedInput({ stdin: 'abc' });
    input.write('def');
    play.session.program.run(ID, '{}', play.listener);
    void play.session.program.stdin.feed(input, 3, new AbortController().signal);
    await play.launcher.until('the payload', () => play.launcher.commands.length > 0);
    expect(sent()).toEqual([]);
    Object.assign(play.launcher, { state: 'running', id: ID });
    play.launcher.send(start(ID));
    await play.launcher.until('stdin', () => sent().length > 0);
    expect(sent()).toEqual([[3, 'def']]);
  });

  it('is never more than 64 KiB ahead of what the program’s pipe has taken', async () => {
    const input = new ScriptedInput();
    input.write('x'.repeat(200 * KiB));
    await begin(input);
    await play.launcher.until('a window', () => sentUpTo() >= 64 * KiB);
    expect(sentUpTo()).toBe(64 * KiB);
    play.launcher.send({ type: 'stdin', taken: 10 * KiB });
    await play.launcher.until('more', () => sentUpTo() >= 74 * KiB);
    expect(sentUpTo()).toBe(74 * KiB);
    expect(input.takenBytes).toBe(10 * KiB);
  });

  it('goes on after a cut where the launcher is, and says the end again', async () => {
    const input = new ScriptedInput();
    input.write('abcdef');
    input.end();
    await begin(input);
    await play.launcher.until('the end', () => play.launcher.commands.includes('stdin-end 6'));
    Object.assign(play.launcher, { stdin: { next: 4, taken: 2 } });
    play.launcher.commands.length = 0;
    play.launcher.stream.close();
    await play.launcher.until('the end again', () => play.launcher.commands.includes('stdin-end 6'));
    expect(sent()).toEqual([[4, 'ef']]);
    expect(input.takenBytes).toBe(2);
  });

  it('sends again what was lost in a stream that goes on', async () => {
    const input = new ScriptedInput();
    input.write('abcdef');
    await begin(input);
    await play.launcher.until('stdin', () => sentUpTo() === 6);
    Object.assign(play.launcher, { stdin: { next: 3, taken: 3 } });
    play.session.probe();
    await play.launcher.until('it again', () => sent().length === 2);
    expect(sent()).toEqual([
      [0, 'abcdef'],
      [3, 'def'],
    ]);
  });

  it('of an adopted program begins where its launcher says', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    Object.assign(play.launcher, { state: 'running', id: ID, stdin: { next: 5, taken: 1 } });
    const input = new ScriptedInput({ stdin: 'abc' });
    input.write('defghi');
    play.session.program.follow(ID, play.listener);
    void play.session.program.stdin.feed(input, null, new AbortController().signal);
    await play.launcher.until('stdin', () => sent().length > 0);
    expect(sent()).toEqual([[5, 'fghi']]);
  });

  it('skips what another process sent, and is not led astray by offsets that go back', async () => {
    const input = new ScriptedInput();
    await begin(input);
    input.write('abcdef');
    await play.launcher.until('stdin', () => sentUpTo() === 6);
    play.launcher.send({ type: 'stdin', taken: 9 }, { type: 'stdin', taken: 4 });
    expect(input.takenBytes).toBe(9);
    input.write('ghijkl');
    await play.launcher.until('the rest', () => sentUpTo() === 12);
    expect(sent().at(-1)).toEqual([9, 'jkl']);
  });

  it('is not sent any more when the run is over', async () => {
    const input = new ScriptedInput();
    const over = await begin(input);
    over.abort();
    input.write('abc');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent()).toEqual([]);
  });
});

describe('interrupts', () => {
  it('are sent again when the program has started, and after each attach, until its end', async () => {
    await play.session.open(AbortSignal.timeout(20_000));
    play.session.program.run(ID, '{}', play.listener);
    play.session.program.interrupt(1);
    Object.assign(play.launcher, { state: 'running', id: ID });
    play.launcher.send(start(ID));
    play.session.program.interrupt(2);
    play.launcher.stream.close();
    const interrupts = (): string[] => play.launcher.commands.filter((line) => line.startsWith('interrupt'));
    await play.launcher.until('it again', () => interrupts().length === 4);
    expect(interrupts()).toEqual(['interrupt 1', 'interrupt 1', 'interrupt 2', 'interrupt 2']);
  });
});
