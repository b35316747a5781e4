import { expect, test } from 'vitest';
import { write } from '../../../chaos/life/writer.ts';
import { Random } from '../../../chaos/random.ts';
import { FakeServer } from '../support/fake-server.ts';

const LINES = { count: 20, text: (number: number) => `line ${number}\n` };
const TEXT = Array.from({ length: 20 }, (_, index) => LINES.text(index + 1)).join('');

interface Write {
  readonly data: string;
  readonly offset: number;
  readonly end: boolean;
}

/** A server with one stdin; `loses` answers are lost after they were made. */
async function open(loses: () => boolean, answer?: (write: Write) => object | null) {
  const stdin = { text: '', isClosed: false };
  const server = await FakeServer.open({
    async request(request, response) {
      let body = '';
      for await (const part of request) body += part;
      const written = (JSON.parse(body) as { variables: Write }).variables;
      const told = answer?.(written) ?? take(written);
      if (loses()) response.destroy();
      else response.end(JSON.stringify({ data: { writeStdin: told } }));
    },
  });
  const take = ({ data, offset, end }: Write): object => {
    const isRepeated = offset + data.length === stdin.text.length && stdin.text.slice(offset) === data;
    if (stdin.isClosed) return { __typename: 'StdinClosedError' };
    if (offset !== stdin.text.length && !isRepeated)
      return { __typename: 'StdinOffsetError', offset: stdin.text.length };
    if (!isRepeated) stdin.text += data;
    stdin.isClosed ||= end;
    return { __typename: 'WriteStdinSuccess' };
  };
  return { stdin, server };
}

function writing(server: FakeServer, seed: number, findings: string[]) {
  return write({
    id: 'id',
    headers: {},
    replicas: [server],
    random: new Random(seed),
    lines: LINES,
    everyMs: 1,
    signal: new AbortController().signal,
    finding: (what) => findings.push(what),
  });
}

test('two writers and lost answers: every line once, in order, then the end', async () => {
  let count = 0;
  const { stdin, server } = await open(() => ++count % 9 === 0);
  await using _ = server;
  const findings: string[] = [];
  const results = await Promise.all([1, 2].map((seed) => writing(server, seed, findings)));
  expect(findings).toEqual([]);
  expect(stdin).toEqual({ text: TEXT, isClosed: true });
  expect(results.reduce((sum, { repeated }) => sum + repeated, 0)).toBeGreaterThan(0);
});

test.each([
  ['within a line', { __typename: 'StdinOffsetError', offset: 3 }],
  ['before it', { __typename: 'StdinOffsetError', offset: 0 }],
  ['InvalidInputError', { __typename: 'InvalidInputError', message: 'no' }],
])('what cannot be is a finding: %s', async (what, told) => {
  const { server } = await open(
    () => false,
    ({ offset }) => (offset > 0 ? told : null),
  );
  await using _ = server;
  const findings: string[] = [];
  await writing(server, 1, findings);
  expect(findings).toEqual([expect.stringContaining(what)]);
});
