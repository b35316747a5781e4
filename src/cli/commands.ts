import type { Command } from './shell.ts';

interface Entry {
  readonly usage: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command; its module is loaded only when it is asked for. */
export const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'run',
    {
      usage: 'run [options] FILE [args…]',
      summary: 'run a program and watch it',
      load: () => import('./commands/run.ts'),
    },
  ],
  [
    'list',
    {
      usage: 'list [options]',
      summary: 'list executions, newest first',
      load: () => import('./commands/list.ts'),
    },
  ],
  [
    'show',
    { usage: 'show ID', summary: "print an execution's record", load: () => import('./commands/show.ts') },
  ],
  [
    'logs',
    {
      usage: 'logs [-f] ID',
      summary: "print an execution's output",
      load: () => import('./commands/logs.ts'),
    },
  ],
  [
    'cancel',
    { usage: 'cancel ID', summary: 'stop an execution', load: () => import('./commands/cancel.ts') },
  ],
  [
    'cleanup',
    {
      usage: 'cleanup ID',
      summary: 'remove what the runner holds for it',
      load: () => import('./commands/cleanup.ts'),
    },
  ],
  [
    'health',
    { usage: 'health', summary: 'tell how the server is', load: () => import('./commands/health.ts') },
  ],
  [
    'runtimes',
    {
      usage: 'runtimes',
      summary: 'list the languages it runs',
      load: () => import('./commands/runtimes.ts'),
    },
  ],
  [
    'migrate',
    {
      usage: 'migrate --from STORE --to STORE',
      summary: 'copy executions and output between SQLite and MongoDB',
      load: () => import('./commands/migrate.ts'),
    },
  ],
]);

/** Printed by `podline --help`. */
export function helpText(): string {
  const width = Math.max(...[...COMMANDS.values()].map(({ usage }) => usage.length));
  const lines = [...COMMANDS.values()].map(
    ({ usage, summary }) => `  podline ${usage.padEnd(width)}  ${summary}`,
  );
  return `Runs programs on Podline and watches them live.

${lines.join('\n')}

"podline COMMAND --help" tells a command's options; "podline --version" prints the version.
`;
}
