import type { ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from '../errors.ts';
import { onePositional, parseOptions } from '../options.ts';
import { LANGUAGE_NAMES } from '../run/input.ts';
import type { Command, CommandEntry, Shell } from '../shell.ts';

const HELP = `podline completion bash|zsh|fish

Prints what makes a shell complete the commands, options and values of podline. To have it in every shell:

  bash   echo 'source <(podline completion bash)' >> ~/.bashrc
  zsh    echo 'source <(podline completion zsh)' >> ~/.zshrc      (after compinit)
  fish   podline completion fish > ~/.config/fish/completions/podline.fish
`;

const SCRIPTS: { readonly [shell: string]: ((syntax: readonly Syntax[]) => string) | undefined } = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The command `completion`, which knows all the others. */
export function completionOf(commands: ReadonlyMap<string, CommandEntry>): Command {
  return { help: HELP, options: {}, run: (argv, shell) => print(commands, argv, shell) };
}

async function print(
  commands: ReadonlyMap<string, CommandEntry>,
  argv: readonly string[],
  shell: Shell,
): Promise<number> {
  const { positionals } = parseOptions(argv, {});
  const name = onePositional(positionals, 'SHELL');
  const script = SCRIPTS[name];
  if (!script) {
    throw new UsageError(
      `Expected one of ${Object.keys(SCRIPTS).join(', ')} as SHELL, got ${JSON.stringify(name)}.`,
    );
  }
  const syntax = await Promise.all(
    [...commands].map(async ([command, { summary, argument, load }]) => ({
      command,
      summary,
      argument,
      options: (await load()).options,
    })),
  );
  await shell.stdout.write(script(syntax));
  return 0;
}

/** What a shell needs to know of a command. */
interface Syntax {
  readonly command: string;
  readonly summary: string;
  readonly argument: CommandEntry['argument'];
  readonly options: ParseArgsOptionsConfig;
}

const SHELLS = ['bash', 'zsh', 'fish'];
const STATUSES = ['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled'];

/** The values of options that have a few; `file` completes paths. */
const VALUES: { readonly [option: string]: readonly string[] | 'file' | undefined } = {
  language: LANGUAGE_NAMES,
  status: STATUSES,
  stream: ['stdout', 'stderr'],
  file: 'file',
  from: 'file',
  to: 'file',
};

/** Written before a command too. */
const GLOBAL = ['--url', '--api-key', '--help', '--version'];

function flagsOf({ options }: Syntax): string[] {
  return [...Object.keys(options).filter((name) => name !== 'help'), 'help'].map((name) => `--${name}`);
}

/** The words that may stand where no option does; null for paths. */
function wordsOf({ argument }: Syntax): readonly string[] | null {
  if (argument === 'program') return null;
  if (argument === 'shell') return SHELLS;
  return argument === 'id' ? ['latest'] : [];
}

/** `-l|--language`: how an option with a value may be written. */
function spellingsOf(name: string, { short }: ParseArgsOptionsConfig[string] & object): string {
  return short === undefined ? `--${name}` : `-${short}|--${name}`;
}

function valued(syntax: Syntax) {
  return Object.entries(syntax.options).filter(([, { type }]) => type === 'string');
}

/** Registers a function `_podline`. */
function bashScript(all: readonly Syntax[]): string {
  const words = (list: readonly string[]) => `COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$current"))`;
  const paths = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))';
  const cases = all.map((syntax) => {
    const values = valued(syntax).map(([name, option]) => {
      const known = VALUES[name];
      const reply = known === 'file' ? paths : known ? words(known) : ':';
      return `        ${spellingsOf(name, option)}) ${reply}; return ;;`;
    });
    const rest = wordsOf(syntax);
    return `    ${syntax.command})
      case $previous in
${values.join('\n')}
      esac
      if [[ $current == -* ]]; then ${words(flagsOf(syntax))}
      else ${rest === null ? paths : words(rest)}; fi ;;`;
  });
  return `# podline completion bash
_podline() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${all.map(({ command }) => command).join('|')}) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case $command in
    '') ${words([...all.map(({ command }) => command), ...GLOBAL])} ;;
${cases.join('\n')}
  esac
}
complete -F _podline podline
`;
}

/** To be sourced after \`compinit\`, or put as \`_podline\` into a folder of \`fpath\`. */
function zshScript(all: readonly Syntax[]): string {
  const add = (list: readonly string[]) => (list.length === 0 ? ':' : `compadd -- ${list.join(' ')}`);
  const cases = all.map((syntax) => {
    const values = valued(syntax).map(([name, option]) => {
      const known = VALUES[name];
      const reply = known === 'file' ? '_files' : known ? add(known) : ':';
      return `        ${spellingsOf(name, option)}) ${reply}; return ;;`;
    });
    const rest = wordsOf(syntax);
    return `    ${syntax.command})
      case $words[CURRENT-1] in
${values.join('\n')}
      esac
      if [[ $words[CURRENT] == -* ]]; then ${add(flagsOf(syntax))}
      else ${rest === null ? '_files' : add(rest)}; fi ;;`;
  });
  const described = all.map(({ command, summary }) => `'${command}:${summary.replaceAll("'", "'\\''")}'`);
  return `#compdef podline
_podline() {
  local command= word
  local -a commands
  commands=(${described.join(' ')})
  for word in $words[2,CURRENT-1]; do
    case $word in
      ${all.map(({ command }) => command).join('|')}) command=$word; break ;;
    esac
  done
  case $command in
    '') if [[ $words[CURRENT] == -* ]]; then ${add(GLOBAL)}; else _describe command commands; fi ;;
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _podline ]]; then _podline "$@"; else compdef _podline podline; fi
`;
}

/** To be put into \`~/.config/fish/completions\`. */
function fishScript(all: readonly Syntax[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = ['# podline completion fish', 'complete -c podline -f'];
  for (const { command, summary } of all) {
    lines.push(`complete -c podline -n __fish_use_subcommand -a ${command} -d ${quote(summary)}`);
  }
  for (const flag of GLOBAL) lines.push(`complete -c podline -n __fish_use_subcommand -l ${flag.slice(2)}`);
  for (const syntax of all) {
    const when = `complete -c podline -n '__fish_seen_subcommand_from ${syntax.command}'`;
    for (const [name, { type, short }] of Object.entries(syntax.options)) {
      const known = type === 'string' ? VALUES[name] : undefined;
      const value =
        known === 'file'
          ? ' -r -F'
          : known
            ? ` -x -a ${quote(known.join(' '))}`
            : type === 'string'
              ? ' -x'
              : '';
      lines.push(`${when} -l ${name}${short === undefined ? '' : ` -s ${short}`}${value}`);
    }
    if (!('help' in syntax.options)) lines.push(`${when} -l help`);
    const rest = wordsOf(syntax);
    if (rest === null) lines.push(`${when} -F`);
    else if (rest.length > 0) lines.push(`${when} -a ${quote(rest.join(' '))}`);
  }
  return `${lines.join('\n')}\n`;
}
