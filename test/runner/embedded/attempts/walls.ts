import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { openJail } from '../../../../src/runner/local/jail/open-jail.ts';

/** What programs are shut in by. */
export interface Wall {
  readonly isolation: 'bubblewrap' | 'landlock';
  /** Whether there are no files of the host in it; else they are there and refused. */
  readonly isJail: boolean;
}

const ALL: readonly Wall[] = [
  { isolation: 'bubblewrap', isJail: true },
  { isolation: 'landlock', isJail: false },
];

/** Those that this machine can build; why it cannot build the others is printed. Throws when it can build none. */
export async function findWalls(): Promise<readonly Wall[]> {
  const directory = mkdtempSync(join(tmpdir(), 'podline-walls-'));
  const found: Wall[] = [];
  for (const wall of ALL) {
    try {
      await openJail({
        isolation: wall.isolation,
        deno: findPackages().denoFile,
        directory,
        mayBeNone: false,
      });
      found.push(wall);
    } catch (cause) {
      process.stderr.write(`The attempts behind ${wall.isolation} are skipped: ${String(cause)}\n`);
    }
  }
  rmSync(directory, { recursive: true, force: true });
  if (found.length === 0) throw new Error('Expected a wall to try, got none on this machine');
  return found;
}
