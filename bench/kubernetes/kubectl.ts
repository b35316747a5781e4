import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * What kubectl prints, run with this process's own environment.
 * @param input becomes its stdin
 * @throws Error with what it says when it fails
 */
export async function kubectl(args: readonly string[], input: object | null = null): Promise<string> {
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('expected kubectl in PATH, got none', { cause })));
    child.once('close', resolve);
  });
  child.stdin.end(input === null ? '' : JSON.stringify(input));
  const [code, out, problem] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`kubectl ${args.slice(0, 3).join(' ')}: ${problem.trim()}`);
  return out;
}
