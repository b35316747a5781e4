import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackages } from '../src/runner/embedded/packages.ts';
import type { Benchmark } from './benchmark.ts';
import { post } from './client/http.ts';
import { LANGUAGES, type Language, type Program } from './client/operations.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { median } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { manyLines } from './programs/programs.ts';
import { Service } from './service/service.ts';

export const LINES = 100_000;
const PAIRS = 5;

interface Pair {
  readonly oursMs: number;
  readonly directMs: number;
  readonly events: number;
}

export const lines: Benchmark = {
  name: 'lines',
  title: `${LINES.toLocaleString('en')} lines to a viewer and the store`,
  async run(report) {
    report.note(
      'From the submission to the end at a viewer, which holds every line against what it must be; afterwards the same ' +
        'text is read from the store. Direct: the same program, started by `python3` or `deno run`, its pipe read to the ' +
        `end. In turn, ${PAIRS} pairs after one that is not counted; the ratio is the median of the pairs'.`,
    );
    await using service = await Service.start();
    const rows: Cell[][] = [];
    for (const language of LANGUAGES) {
      const pairs: Pair[] = [];
      for (let turn = 0; turn <= PAIRS; turn++) pairs.push(await pair(service, language));
      pairs.shift();
      rows.push([
        language,
        median(pairs.map(({ oursMs }) => oursMs)),
        median(pairs.map(({ directMs }) => directMs)),
        median(pairs.map(({ oursMs, directMs }) => oursMs / directMs)),
        median(pairs.map(({ events }) => events)),
      ]);
    }
    report.table(['language', 'Podline ms', 'direct ms', 'ratio', 'events'], rows);
  },
};

async function pair(service: Service, language: Language): Promise<Pair> {
  const program = manyLines(language, LINES);
  await service.isWarm();
  const viewed = await view(service, program);
  const direct = await runDirectly(program);
  await mustBe(service, viewed, direct.text);
  return { oursMs: viewed.ms, directMs: direct.ms, events: viewed.events };
}

/** What a viewer saw of a run. */
export interface Viewed {
  readonly id: string;
  /** From the submission to the end. */
  readonly ms: number;
  readonly text: string;
  readonly events: number;
}

export async function view(service: Service, program: Program): Promise<Viewed> {
  await using socket = await GraphQLSocket.open(service.url);
  const texts: string[] = [];
  let events = 0;
  const seen = await runAndWatch(socket, program, ({ chunks }) => {
    events++;
    for (const { text } of chunks) texts.push(text);
  });
  mustSucceed(seen);
  return { id: seen.id, ms: seen.endedAt - seen.submittedAt, text: texts.join(''), events };
}

/** @throws Error when the viewer saw, or the store holds, another text */
export async function mustBe(service: Service, { id, text }: Viewed, expected: string): Promise<void> {
  if (text !== expected)
    throw new Error(`expected ${expected.length} characters, got others (${text.length})`);
  const { execution } = await post<{ execution: { output: string } }>(service.url, {
    query: 'query ($id: ID!) { execution(id: $id) { output } }',
    variables: { id },
  });
  if (execution.output !== text)
    throw new Error('expected the store to hold what the viewer saw, got another text');
}

async function runDirectly({ language, code }: Program<Language>): Promise<{ ms: number; text: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'podline-bench-direct-'));
  try {
    const file = join(directory, language === 'python' ? 'main.py' : 'main.js');
    await writeFile(file, code);
    const began = performance.now();
    const [command, args] = interpreterOf(language, file);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    const [exitCode] = await once(child, 'close');
    if (exitCode !== 0) throw new Error(`expected ${command} to end with 0, got ${exitCode}`);
    return { ms: performance.now() - began, text };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function interpreterOf(language: Language, file: string): [string, string[]] {
  if (language === 'javascript') return [findPackages().denoFile, ['run', '--no-prompt', file]];
  // Not the name: a version switcher in its place would add its own start.
  python ??= execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  return [python, [file]];
}

let python: string | null = null;
