import { setTimeout as sleep } from 'node:timers/promises';
import type { Lines } from '../load/task.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import { AwayError, ask } from './ask.ts';
import { WRITE, type Written } from './operations.ts';

/** A pause between two attempts, milliseconds. */
const AGAIN_MS = [50, 500] as const;

export interface WriterOptions {
  readonly id: string;
  readonly headers: { readonly [name: string]: string };
  readonly replicas: readonly Pick<Replica, 'name' | 'url'>[];
  readonly random: Random;
  /** All that is written, by all writers together; ASCII. */
  readonly lines: Lines;
  /** Between two lines of a writer, milliseconds. */
  readonly everyMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
  readonly finding: (what: string) => void;
}

/** What a writer has done. */
export interface WriterResult {
  readonly written: number;
  /** Writes without an answer, made again. */
  readonly repeated: number;
  /** Lines that another writer wrote first. */
  readonly behind: number;
}

/**
 * Writes numbered lines to an execution's stdin, at one server after another, and ends it behind the last. Several may do so
 * at once: each names the offset of its line, so that a line is written once, whoever is first.
 */
export async function write(options: WriterOptions): Promise<WriterResult> {
  const { id, headers, replicas, random, lines, everyMs, signal, finding } = options;
  const offsets = [0];
  for (let number = 1; number <= lines.count; number++) {
    offsets.push((offsets[number - 1] ?? 0) + lines.text(number).length);
  }
  let [next, written, repeated, behind] = [1, 0, 0, 0];
  while (!signal.aborted && next <= lines.count + 1) {
    const replica = random.pick(replicas);
    const isEnd = next === lines.count + 1;
    const variables = {
      id,
      data: isEnd ? '' : lines.text(next),
      offset: offsets[next - 1] ?? 0,
      end: isEnd,
    };
    try {
      const { writeStdin } = await ask<Written>(replica, headers, WRITE, variables);
      switch (writeStdin.__typename) {
        case 'WriteStdinSuccess':
          next += 1;
          written += isEnd ? 0 : 1;
          break;
        case 'StdinOffsetError': {
          const at = offsets.indexOf(writeStdin.offset ?? -1);
          if (at < next) {
            finding(
              `a write of line ${next} at ${variables.offset} got the offset ${writeStdin.offset}, which is ` +
                (at < 0 ? 'within a line' : 'before it'),
            );
            return { written, repeated, behind };
          }
          behind += at + 1 - next;
          next = at + 1;
          break;
        }
        case 'StdinFullError':
          break;
        // The other writer was first, or something ended the program: that is judged.
        case 'StdinClosedError':
        case 'AlreadyEndedError':
          return { written, repeated, behind };
        default:
          finding(
            `a write at server ${replica.name} got ${writeStdin.__typename}: ${writeStdin.message ?? ''}`,
          );
          return { written, repeated, behind };
      }
    } catch (error) {
      if (!(error instanceof AwayError)) finding(`a write at server ${replica.name} got: ${error}`);
      repeated += 1;
      await pause(random.between(...AGAIN_MS), signal);
      continue;
    }
    await pause(random.between(0, 2 * everyMs), signal);
  }
  return { written, repeated, behind };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
