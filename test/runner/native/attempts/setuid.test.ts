import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNativeJail } from '../../../../src/runner/native/jail.ts';
import { hasBubblewrap, isHere } from '../here.ts';

/** Prints who it is, and what it may. */
const SOURCE = `#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  printf("%d %d", geteuid(), getegid());
  while (fgets(line, sizeof line, status)) if (strncmp(line, "CapEff:", 7) == 0) printf(" %.16s", line + 8);
}`;
/** Any user but root. */
const NOBODY = 65_534;
/** linux/capability.h: version 2 of what a file gives, in force at once; CAP_DAC_READ_SEARCH. */
const CAPABILITY = '0100000204000000000000000000000000000000';

// Only root can make such programs.
describe.runIf(hasBubblewrap && isHere('c') && process.getuid?.() === 0)(
  'a program that gives its user more',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'podline-setuid-'));
    const programs = { setuid: 0o4755, setgid: 0o2755, both: 0o6755, capability: 0o755 };
    const fileOf = (name: string): string => join(folder, name);

    beforeAll(() => {
      chmodSync(folder, 0o755);
      writeFileSync(fileOf('source.c'), SOURCE);
      execFileSync('gcc', ['-o', fileOf('plain'), fileOf('source.c')]);
      for (const [name, mode] of Object.entries(programs)) {
        copyFileSync(fileOf('plain'), fileOf(name));
        chmodSync(fileOf(name), mode);
      }
      const script = `import os, sys; os.setxattr(sys.argv[1], "security.capability", bytes.fromhex("${CAPABILITY}"))`;
      execFileSync('python3', ['-c', script, fileOf('capability')]);
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('does without a sandbox', () => {
      const said = Object.keys(programs).map((name) =>
        execFileSync(fileOf(name), { uid: NOBODY, gid: NOBODY, encoding: 'utf8' }),
      );
      expect(said.map((one) => one.split(' ').slice(0, 2).map(Number))).toEqual([
        [0, NOBODY],
        [NOBODY, 0],
        [0, 0],
        [NOBODY, NOBODY],
      ]);
      expect(said[0]).not.toMatch(/ 0{16}$/);
      expect(said[3]).toMatch(/ 0{15}4$/);
    });

    it('gives nothing in one', async () => {
      const jail = await openNativeJail({
        directory: folder,
        python: { file: '', directories: [folder], folder: null },
        launcherFile: fileOf('source.c'),
        cellsFile: fileOf('source.c'),
        nodeCellsFile: fileOf('source.c'),
      });
      for (const name of Object.keys(programs)) {
        expect(await jail.run([fileOf(name)], {})).toBe('1000 1000 0000000000000000');
      }
    });
  },
);
