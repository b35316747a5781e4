import type { LivePrograms } from './live-input.ts';

/** Programs that are answered and interrupted, in a language that the native host runs by its commands. */
export const NATIVE_LIVE_PROGRAMS: readonly LivePrograms[] = [
  {
    language: 'bash',
    greet: `printf 'name? '; read -r name; echo "hello $name"
while read -r line || [ "$line" ]; do echo "\${line^^}"; done; echo end`,
    digest: `cat >all; echo "$(wc -c <all) $(sha256sum <all | cut -d' ' -f1)"`,
    ignore: 'echo up; while true; do sleep 1; done',
    close: 'exec <&-; echo closed; sleep 0.5; echo end',
    compute: `trap 'echo interrupted; exit 3' INT; echo up; while true; do :; done`,
    wait: `trap 'echo interrupted; exit 3' INT; echo up; read -r line`,
  },
];
