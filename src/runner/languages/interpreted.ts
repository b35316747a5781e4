import { type Commands, type Language, toolLanguage } from './language.ts';

/** A language whose tool runs the file as it is. */
function interpreted(
  language: Parameters<typeof toolLanguage>[0],
  commands: Pick<Commands, 'run' | 'version'> & Partial<Commands>,
): Language {
  return toolLanguage(language, { compile: null, ...commands });
}

export const bash = interpreted(
  { name: 'bash', aliases: ['sh', 'shell'], extensions: ['.sh', '.bash'] },
  { run: ['bash', '{file}'], version: ['bash', '--version'] },
);

export const ruby = interpreted(
  { name: 'ruby', aliases: ['rb'], extensions: ['.rb'] },
  // As on a terminal each line is written when it ends.
  { run: ['ruby', '-r/podline/line_buffered.rb', '{file}'], version: ['ruby', '-e', 'puts RUBY_VERSION'] },
);

export const php = interpreted(
  { name: 'php', aliases: [], extensions: ['.php'] },
  {
    run: ['php', '-d', 'display_errors=stderr', '{file}'],
    version: ['php', '-r', 'echo PHP_VERSION;'],
  },
);

export const perl = interpreted(
  { name: 'perl', aliases: ['pl'], extensions: ['.pl', '.pm'] },
  { run: ['perl', '-I/podline', '-MLineBuffered', '{file}'], version: ['perl', '-e', 'print $^V'] },
);

export const lua = interpreted(
  { name: 'lua', aliases: [], extensions: ['.lua'] },
  { run: ['lua', '-e', 'io.stdout:setvbuf("line")', '{file}'], version: ['lua', '-v'] },
);

export const r = interpreted(
  { name: 'r', aliases: ['rscript'], extensions: ['.R', '.r'], defaultFileName: 'main.R' },
  { run: ['Rscript', '--vanilla', '{file}'], version: ['Rscript', '--version'] },
);

export const sqlite = interpreted(
  {
    name: 'sqlite',
    aliases: ['sqlite3', 'sql'],
    extensions: ['.sql'],
    notes: ['A script of SQL on an empty database in memory; stdin and arguments have no effect.'],
  },
  {
    run: ['sh', '-c', 'exec sqlite3 -batch -bail :memory: <"$0"', '{file}'],
    version: ['sqlite3', '--version'],
  },
);
