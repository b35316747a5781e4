import type { CommandEntry } from './shell.ts';

/** Every command; its module is loaded only when it is asked for. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries<CommandEntry>({
    run: {
      usage: 'run [options] FILE [args…]',
      summary: 'run a program and watch it',
      argument: 'program',
      load: () => import('./commands/run.ts'),
    },
    repl: {
      usage: 'repl [options]',
      summary: 'run what you type in a session, whose variables stay',
      argument: 'none',
      load: () => import('./commands/repl.ts'),
    },
    sessions: {
      usage: 'sessions [end ID]',
      summary: 'list sessions, or end one',
      argument: 'none',
      load: () => import('./commands/sessions.ts'),
    },
    list: {
      usage: 'list [options]',
      summary: 'list executions, newest first',
      argument: 'none',
      load: () => import('./commands/list.ts'),
    },
    show: {
      usage: 'show ID',
      summary: "print an execution's record",
      argument: 'id',
      load: () => import('./commands/show.ts'),
    },
    logs: {
      usage: 'logs [-f] ID',
      summary: "print an execution's output",
      argument: 'id',
      load: () => import('./commands/logs.ts'),
    },
    files: {
      usage: 'files ID',
      summary: 'list the files that a program left',
      argument: 'id',
      load: () => import('./commands/files.ts'),
    },
    download: {
      usage: 'download ID PATH',
      summary: 'download one of them',
      argument: 'id',
      load: () => import('./commands/download.ts'),
    },
    cancel: {
      usage: 'cancel ID',
      summary: 'stop an execution',
      argument: 'id',
      load: () => import('./commands/cancel.ts'),
    },
    cleanup: {
      usage: 'cleanup ID',
      summary: 'delete its Job, pod or process; the record stays',
      argument: 'id',
      load: () => import('./commands/cleanup.ts'),
    },
    health: {
      usage: 'health',
      summary: 'tell how the server is',
      argument: 'none',
      load: () => import('./commands/health.ts'),
    },
    runtimes: {
      usage: 'runtimes',
      summary: 'list the languages it runs',
      argument: 'none',
      load: () => import('./commands/runtimes.ts'),
    },
    migrate: {
      usage: 'migrate --from STORE --to STORE',
      summary: 'copy executions and output between SQLite and MongoDB',
      argument: 'none',
      load: () => import('./commands/migrate.ts'),
    },
    completion: {
      usage: 'completion SHELL',
      summary: 'print what makes bash, zsh or fish complete commands',
      argument: 'shell',
      load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
    },
  }),
);

/** What other tools call our commands. */
export const SYNONYMS: { readonly [name: string]: string | undefined } = {
  ls: 'list',
  ps: 'list',
  jobs: 'list',
  status: 'show',
  get: 'show',
  inspect: 'show',
  log: 'logs',
  output: 'logs',
  watch: 'logs',
  attach: 'logs',
  artifacts: 'files',
  fetch: 'download',
  stop: 'cancel',
  kill: 'cancel',
  rm: 'cleanup',
  delete: 'cleanup',
  exec: 'run',
  execute: 'run',
  submit: 'run',
  languages: 'runtimes',
  shell: 'repl',
  session: 'sessions',
  version: '--version',
};

/** Printed by `podline` alone and by `podline --help`. */
export function helpText(): string {
  const width = Math.max(...[...COMMANDS.values()].map(({ usage }) => usage.length));
  const lines = [...COMMANDS.values()].map(
    ({ usage, summary }) => `  podline ${usage.padEnd(width)}  ${summary}`,
  );
  return `Runs programs on Podline and watches them live.

${lines.join('\n')}

ID is an execution's id, the beginning of one, or "latest". --url and --api-key choose the server (or PODLINE_URL and
PODLINE_API_KEY), before the command or after it.

"podline COMMAND --help" tells a command's options; "podline --version" prints the version.
`;
}
