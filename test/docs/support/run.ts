import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from './blocks.ts';

/** How long an example may take, milliseconds. */
const LIMIT_MS = 120_000;

export interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs commands as a shell does, in the repository's folder; they read nothing from stdin. */
export function runCommands(lines: readonly string[], url: string): Promise<Run> {
  return runExample(['bash', '-eu', '-o', 'pipefail', '-c', addressed(lines.join('\n'), url)], '', url);
}

/**
 * Runs a command in the repository's folder and feeds it an example.
 * @param url where the service is: it takes the place of the address that examples have
 */
export async function runExample(command: readonly string[], example: string, url: string): Promise<Run> {
  const [file = '', ...arguments_] = command;
  const child = spawn(file, arguments_, {
    cwd: ROOT,
    env: { ...process.env, PODLINE_URL: url },
    timeout: LIMIT_MS,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const texts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(addressed(example, url));
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** The example with the address of a running service. */
function addressed(example: string, url: string): string {
  return example.replaceAll(/(?:127\.0\.0\.1|localhost):5000/g, new URL(url).host);
}
