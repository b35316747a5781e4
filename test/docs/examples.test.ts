import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../service/support/event-stream.ts';
import { ended, submit } from '../service/support/executions.ts';
import { base64, post } from '../service/support/post.ts';
import { openService, type TestService } from '../service/support/service.ts';
import { type Block, blocksOf, ROOT } from './support/blocks.ts';
import { NOT_RUN } from './support/not-run.ts';
import { runCommands, runExample } from './support/run.ts';

const PAGES = [
  'README.md',
  'docs/graphql.md',
  'docs/rest.md',
  'docs/cli.md',
  'docs/clients.md',
  'docs/stdin.md',
  'docs/sessions.md',
  'docs/files.md',
];
const BLOCKS = PAGES.flatMap(blocksOf);
const LANGUAGES = ['sh', 'graphql', 'json', 'js', 'python', 'html', 'ts'];

/** What a page's commands print when they have done what the page says. */
const PRINTS: { readonly [page: string]: readonly string[] } = {
  'README.md': ['47\n', '\n42\n', '"stream":"STDOUT","text":"2\\n', 'event: end', '"status":"success"'],
  'docs/cli.md': ['47\n'],
  'docs/stdin.md': [
    'Your guess? More.\nYour guess? Yes!\n',
    '{"stdin_bytes":6,"stdin_closed":true}',
    'event: end',
  ],
  'docs/sessions.md': ['"stream":"DISPLAY","text":"42\\n"', 'event: end', '"status":"ENDED"'],
  'docs/files.md': [
    '73 points in numbers.csv, drawn in plots/sine.svg',
    'BYTES  TYPE',
    'image/svg+xml  plots/sine.svg',
    'degrees,sine\r\n0,0.000000',
    '"media_type":"text/csv; charset=utf-8"',
    'event: end',
  ],
  'docs/clients.md': [
    '{"data":{"execute":{"execution":{"id":"',
    '\nevent: next\n',
    '"ended":true,"execution":{"status":"SUCCEEDED","exitCode":0}',
    '{"data":{"execution":{"status":"SUCCEEDED","exitCode":0}}}',
    '{"data":{"executions":{"edges":[{"node":{"id":"',
    '"code":"ALREADY_ENDED"',
    '"message":"Job ',
  ],
};

/** What the program in TypeScript of each page prints. */
const TYPESCRIPT_PRINTS: { readonly [page: string]: string } = {
  'docs/stdin.md': 'WriteStdinSuccess\nWho are you? Hello, Ada\n SUCCEEDED\n',
  'docs/sessions.md': '42\n\n',
  'docs/files.md': 'numbers.csv, 8 bytes: "a,b\\n1,2\\n"\n',
};

let service: TestService;
/** Of an execution that has ended. */
let id: string;
/** A session of Python. */
let session: string;
beforeAll(async () => {
  service = await openService({ WARM: 'javascript=1,python=1' });
  id = await submit(service.url, { code: 'console.log("one"); console.log("two")', language: 'javascript' });
  await ended(service.url, id);
  const query = 'mutation { createSession { ... on CreateSessionSuccess { session { id } } } }';
  const created = await (await post(`${service.url}/graphql`, { query })).json();
  session = created.data.createSession.session.id;
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  // What docs/files.md has downloaded.
  rmSync(join(ROOT, 'results'), { recursive: true, force: true });
});

const named = (language: string): { name: string; block: Block }[] =>
  BLOCKS.filter((block) => block.language === language).map((block) => ({
    name: `${block.page}:${block.line}`,
    block,
  }));

test('every example is in a language that is run here', () => {
  expect(BLOCKS.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
});

test.each(Object.entries(NOT_RUN))('what is not run of %s is there', (page, lines) => {
  const there = blocksOf(page).flatMap(({ text }) => text.split('\n'));
  expect(Object.keys(lines).filter((line) => !there.includes(line))).toEqual([]);
});

describe('commands, one page after the other as a reader types them', () => {
  test.each(PAGES.filter((page) => BLOCKS.some((block) => block.page === page && block.language === 'sh')))(
    '%s',
    async (page) => {
      const lines = BLOCKS.filter((block) => block.page === page && block.language === 'sh')
        .flatMap(({ text }) => text.split('\n'))
        .filter((line) => NOT_RUN[page]?.[line] === undefined);
      const run = await runCommands(lines, service.url);
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).not.toMatch(/"errors?":/);
      for (const printed of PRINTS[page] ?? [page]) expect(run.output).toContain(printed);
    },
    150_000,
  );
});

describe('GraphQL documents', () => {
  test.each(named('graphql'))('$name', async ({ block }) => {
    const isSubscription = block.text.startsWith('subscription');
    const response = await post(
      `${service.url}/graphql`,
      {
        query: block.text.replaceAll('id: "…"', `id: "${id}"`),
        variables: {
          ...(block.text.includes('$id:') && { id }),
          ...(block.text.includes('$code:') && { code: 'print(1)' }),
          ...(block.text.includes('$session:') && { session }),
        },
      },
      { accept: isSubscription ? 'text/event-stream' : 'application/json' },
    );
    expect(response.status).toBe(200);
    if (!isSubscription) {
      const { data, errors } = await response.json();
      expect(errors).toBeUndefined();
      if (block.text.includes('execute(')) expect(data.execute.execution.id).toEqual(expect.any(String));
      else expect(data).toEqual(expect.any(Object));
      return;
    }
    const results: unknown[] = [];
    for await (const { event, data } of readEvents(response))
      if (event === 'next') results.push(JSON.parse(data));
    expect(results.at(-1)).toMatchObject({
      data: { output: { ended: true, execution: { status: 'SUCCEEDED' } } },
    });
  });
});

describe('JSON', () => {
  test('docs/rest.md: the body is accepted, and the answer has the fields that the page shows', async () => {
    const [body, answer] = BLOCKS.filter((block) => block.page === 'docs/rest.md').map(({ text }) => text);
    const submitted = await post(`${service.url}/execute`, body);
    const { execution_id: submittedId, message } = await submitted.json();
    expect(message).toBe('Job submitted successfully.');
    expect(await ended(service.url, submittedId)).toMatchObject({ status: 'SUCCEEDED', output: 'hello\n' });
    const result = await (await fetch(`${service.url}/result/${submittedId}`)).json();
    expect(Object.keys(result)).toEqual(Object.keys(JSON.parse(answer ?? '')));
  });

  test('docs/cli.md: run --json prints lines of these kinds', async () => {
    const [shown] = BLOCKS.filter((block) => block.page === 'docs/cli.md' && block.language === 'json');
    const command = `npx podline run --json -c 'print("hello")'`;
    const { code, output } = await runCommands([command], service.url);
    expect(code).toBe(0);
    const kinds = (text: string): Set<string> =>
      new Set(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
          .map((line: { type: string }) => `${line.type}: ${Object.keys(line)}`),
      );
    expect(kinds(output)).toEqual(kinds(shown?.text ?? ''));
  });
});

describe('programs of docs/clients.md, docs/stdin.md and docs/files.md', () => {
  const node = ['node', '--experimental-eventsource', '--no-warnings', '--input-type=module'];

  test.each(named('js'))('Node, $name', async ({ block }) => {
    const run = await runExample(node, block.text, service.url);
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toMatch(/SUCCEEDED|success/);
  });

  test.each(named('ts'))('TypeScript, $name', async ({ block }) => {
    const run = await runExample(['node', '--input-type=module-typescript'], block.text, service.url);
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toBe(TYPESCRIPT_PRINTS[block.page]);
  });

  test.each(named('html'))('a page, $name', async ({ block }) => {
    const [, script = ''] = /<script type="module">([\s\S]*)<\/script>/.exec(block.text) ?? [];
    const page = `globalThis.document = { querySelector: () => ({ append: (text) => process.stdout.write(text) }) };`;
    const run = await runExample(node, `${page}${script}`, service.url);
    expect(run).toEqual({ code: 0, errors: '', output: 'hello\n' });
  });

  test.for(named('python'))('Python, $name', async ({ block }, context) => {
    const needs = [...block.text.matchAll(/^(?:import|from) (requests|gql|websockets)\b/gm)].map(
      ([, it]) => it,
    );
    expect(needs).not.toEqual([]);
    const there = await runExample(['python3', '-c', `import ${needs.join(', ')}`], '', service.url);
    context.skip(there.code !== 0, `this machine's python3 has no ${needs.join(', ')}`);
    const run = await runExample(['python3', '-'], block.text, service.url);
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toMatch(/SUCCEEDED|success|'status': 'QUEUED'/);
  });
});

test('a program of any length goes into the curl line of README.md', () => {
  // `base64` breaks lines at 76 columns on Linux, so at 57 bytes.
  const lines = BLOCKS.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
  const encoding = lines.filter((line) => line.includes('base64'));
  expect(encoding.length).toBeGreaterThan(1);
  expect(encoding.filter((line) => !line.includes("| tr -d '\\n')"))).toEqual([]);
  expect(base64('x'.repeat(58)).length).toBeGreaterThan(76);
});
