import { type Commands, type Language, toolLanguage } from './language.ts';

/** A language whose programs are compiled before they run. */
function compiled(
  language: Parameters<typeof toolLanguage>[0],
  commands: Pick<Commands, 'compile' | 'version'> & Partial<Commands>,
): Language {
  return toolLanguage(language, { run: ['{output}'], ...commands });
}

/** What the C library prints goes out line by line, as on a terminal. */
const LINE_BUFFERED = ['stdbuf', '-oL', '{output}'];

export const c = compiled(
  { name: 'c', aliases: [], extensions: ['.c'] },
  {
    compile: ['gcc', '-std=gnu17', '-O2', '-pthread', '-o', '{output}', '{sources}', '-lm'],
    run: LINE_BUFFERED,
    version: ['gcc', '-dumpfullversion'],
  },
);

export const cpp = compiled(
  { name: 'cpp', aliases: ['c++', 'cc', 'cxx'], extensions: ['.cpp', '.cc', '.cxx'] },
  {
    compile: ['g++', '-std=gnu++20', '-O2', '-pthread', '-o', '{output}', '{sources}'],
    run: LINE_BUFFERED,
    version: ['g++', '-dumpfullversion'],
  },
);

/** With the library as this machine, or the image, has it compiled; without, that is compiled for each program. */
const GO_BUILD = `for cache in /podline/cache/go /usr/local/share/podline/go; do
  if [ -e "$cache/complete" ]; then export GOCACHE="$cache"; break; fi
done
if [ -f go.mod ]; then exec go build -o "$0" .; fi
exec go build -o "$0" "$@"`;

export const go = compiled(
  {
    name: 'go',
    aliases: ['golang'],
    extensions: ['.go'],
    notes: [
      'With a go.mod among its files the package in its directory is built, else the .go files that were given.',
    ],
  },
  {
    compile: ['sh', '-c', GO_BUILD, '{output}', '{sources}'],
    prepare: ['sh', '-c', 'GOCACHE=/podline/cache exec go build std'],
    version: ['go', 'version'],
    env: { GOCACHE: '/tmp/go-build', GOPATH: '/tmp/go', GOTOOLCHAIN: 'local', GOTELEMETRY: 'off' },
  },
);

export const rust = compiled(
  { name: 'rust', aliases: ['rs'], extensions: ['.rs'] },
  {
    compile: [
      'rustc',
      '--edition',
      '2021',
      '--crate-name',
      'main',
      '-C',
      'opt-level=2',
      '-o',
      '{output}',
      '{file}',
    ],
    version: ['rustc', '--version'],
  },
);

export const java = compiled(
  {
    name: 'java',
    aliases: [],
    extensions: ['.java'],
    defaultFileName: 'Main.java',
    notes: [
      "The class that has the name of the program's file is run; a public class stands in a file of its own name.",
    ],
  },
  {
    compile: ['javac', '-encoding', 'UTF-8', '-d', '{output}', '{sources}'],
    run: [
      'java',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dfile.encoding=UTF-8',
      '-cp',
      '{output}',
      '{stem}',
    ],
    version: ['java', '--version'],
  },
);
