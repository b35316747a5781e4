import { LONG_LINE, MANY_LINES, type Programs } from './programs.ts';

const bash: Programs = {
  language: 'bash',
  everything: `source ./other.sh
for argument in "$@"; do printf "%s\\n" "$argument"; done
echo "$GREETING"
cat data/words.txt; echo
echo $answer
basename "$0"
echo err >/dev/stderr
printf 'name? '; read -r name; echo "hello $name"
while read -r line || [ "$line" ]; do echo "\${line^^}"; done
echo end
exit 7`,
  module: { path: 'other.sh', content: 'answer=42\n' },
  fileName: 'program.bash',
  hello: 'echo hello',
  shoutStdin: "sed 's/.*/\\U&/'",
  printGreeting: 'echo "$GREETING"',
  printNotUtf8: 'printf "a\\xffb\\n"',
  printLongLine: `head -c ${LONG_LINE} /dev/zero | tr "\\0" x; echo`,
  printManyLines: `for ((i = 0; i < ${MANY_LINES}; i++)); do echo $i; done`,
  printForever: 'while true; do echo again and again; done',
  waitForever: 'echo started; while true; do sleep 1; done',
  neverGiveUp: "trap '' TERM INT HUP QUIT\nwhile true; do :; done",
  eatMemory: 'a=x; while true; do a=$a$a; done',
  fail: 'echo before\n\nOops no',
  failCode: 127,
  syntaxError: 'if then',
  syntaxErrorCode: 2,
  syntaxErrorText: /syntax error/,
};

/** One language of the launcher that runs commands. */
export const NATIVE_PROGRAMS: readonly Programs[] = [bash];
