import { describe, expect, it } from 'vitest';
import { out } from './scripted-launcher.ts';
import { Stage } from './stage.ts';

const play = new Stage();

describe('a flood', () => {
  const MiB = 1024 * 1024;
  const repeat = (line: string): string => `${line}\n`.repeat(Math.ceil(MiB / line.length));

  it.each([
    ['of junk', repeat('junk')],
    ['without a line', 'x'.repeat(MiB)],
    ['of repeated frames', repeat(JSON.stringify(out(1, 'a')))],
    [
      'of responses',
      repeat('{"type":"ready","nonce":"-","protocol":1,"version":"3","state":"running","id":null,"last":1}'),
    ],
    ['of refusals', repeat('{"type":"refused","id":"another"}')],
  ])('%s ends the run', async (_, part) => {
    await play.running();
    play.launcher.send(out(1, 'a'));
    const { stream } = play.launcher;
    for (let i = 0; i < 40 && stream.isOpen; i++) stream.bytes(Buffer.from(part));
    expect(await play.listener.over).toMatch(/too much|could not be had again/);
    expect(play.listener.text).toBe('a');
  });
});
