import { manyLines } from '../programs/programs.ts';

/** A language as it is run without Podline. */
export interface Bare {
  readonly language: string;
  /** Prints one line and ends. */
  readonly hello: string;
  /** Prints 100,000 lines. */
  readonly lines: string;
  /** Within the program's directory. */
  readonly fileName: string;
  /** What runs it there; a compiled program is compiled first. */
  readonly command: readonly string[];
}

const COUNT = 100_000;
const TEXT = 'the quick brown fox jumps over the lazy dog, once more';

const COMPILE = 'gcc -std=gnu17 -O2 -pthread -o /tmp/$$ main.c -lm && exec /tmp/$$';

export const BARE: readonly Bare[] = [
  {
    language: 'python',
    hello: 'print("hello")',
    lines: manyLines('python', COUNT).code,
    fileName: 'main.py',
    command: ['/usr/bin/python3', '-I', 'main.py'],
  },
  {
    language: 'javascript',
    hello: 'console.log("hello")',
    lines: manyLines('javascript', COUNT).code,
    fileName: 'main.js',
    command: [process.execPath, 'main.js'],
  },
  {
    language: 'bash',
    hello: 'echo hello',
    lines: `for ((n = 1; n <= ${COUNT}; n++)); do echo "$n ${TEXT}"; done`,
    fileName: 'main.sh',
    command: ['/usr/bin/bash', 'main.sh'],
  },
  {
    language: 'c',
    hello: '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }',
    lines: `#include <stdio.h>\nint main(void) { for (int n = 1; n <= ${COUNT}; n++) printf("%d ${TEXT}\\n", n); return 0; }`,
    fileName: 'main.c',
    command: ['/bin/sh', '-c', COMPILE],
  },
];

/**
 * A fresh jail of bubblewrap around a command, as somebody would write it who needs one: every namespace of its own, this
 * machine's tools read-only, the program's directory, and nothing else.
 */
export function inBubblewrap(command: readonly string[], directory: string): readonly string[] {
  return [
    ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--ro-bind', '/usr', '/usr', '--ro-bind', process.execPath, '/node'],
    ...['--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['--ro-bind', directory, '/program', '--chdir', '/program', '--'],
    ...command.map((word) => (word === process.execPath ? '/node' : word)),
  ];
}
