import { describe, expect, it } from 'vitest';
import type { ProgramInput } from '../../../../src/executions/run.ts';
import { ScriptedInput } from '../../../support/program-input.ts';
import { end, start } from '../session/scripted-launcher.ts';
import { adoptionOf, ID, REQUEST } from './scripted-pod.ts';
import { Stage } from './stage.ts';

const play = new Stage();

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a launcher was sent beside the payload. */
const inputs = (): string[] =>
  play.pod.script.commands.filter((line) => /^(stdin|stdin-end|interrupt) /.test(line));

const request = (input: ProgramInput) => ({
  ...REQUEST,
  input,
  payload: { ...REQUEST.payload, stdin: 'abc' },
});

describe('what a program in a pod gets while it runs', () => {
  it('begins behind the payload’s stdin, and is over with the run', async () => {
    const input = new ScriptedInput({ stdin: 'abc' });
    const run = await play.begin(request(input));
    input.write('def');
    input.interrupt();
    await play.pass(0);
    input.end();
    await play.pass(0);
    expect(inputs().toSorted()).toEqual(
      ['interrupt 1', 'stdin-end 6', `stdin 3 ${base64('def')}`].toSorted(),
    );
    expect(play.pod.script.commands[0]).toContain('"stdinOpen":true');
    play.pod.script.send({ type: 'stdin', taken: 6 }, end(0));
    expect(await run.end).toMatchObject({ reason: 'EXITED' });
    expect(input.takenBytes).toBe(6);
  });

  it('that cannot be read ends it', async () => {
    const input = new ScriptedInput({ stdin: 'abc' });
    input.read = () => Promise.reject(new Error('The store was given up.'));
    const run = await play.begin(request(input));
    await play.pass(0);
    expect(await run.end).toMatchObject({
      reason: 'INTERRUPTED',
      message: 'What was written to its stdin could not be read.',
    });
  });

  it('of an adopted one begins where its launcher is, of one that is given now behind what was read', async () => {
    const input = new ScriptedInput({ stdin: 'abc' });
    input.write('defghi');
    play.replacePod(0);
    Object.assign(play.pod.script, { state: 'running', id: ID, stdin: { next: 7, taken: 5 } });
    const adopting = play.adopt({ ...adoptionOf(), input });
    await play.pass(0);
    expect(inputs()).toEqual([`stdin 7 ${base64('hi')}`]);
    expect(input.takenBytes).toBe(5);
    play.pod.script.send(start(ID), end(0));
    expect(await adopting).toMatchObject({ reason: 'EXITED' });

    play.replacePod(0);
    const adoption = adoptionOf({ startedAt: null, payload: { ...REQUEST.payload, stdin: 'abc' } });
    const execution = { ...adoption.execution, stdinRead: 4 };
    const again = play.adopt({ ...adoption, execution, input });
    await play.pass(0);
    expect(inputs()).toEqual([`stdin 4 ${base64('efghi')}`]);
    play.pod.script.send(end(0));
    expect(await again).toMatchObject({ reason: 'EXITED' });
  });
});
