import { readFileSync } from 'node:fs';
import type { LauncherName } from '../../languages/language.ts';

/** A launcher's parts in the order in which they are joined: a part uses those before it. */
const PARTS: { readonly [launcher in LauncherName]: readonly string[] } = {
  python: [
    'python/start.py',
    'python/bounds.py',
    'python/memory.py',
    'python/disk.py',
    'python/interrupts.py',
    'python/signals.py',
    'python/preloaded.py',
    'python/stage.py',
    'python/shell.py',
    'python/given.py',
    'python/fork_server.py',
    'python/program.py',
    'python/fork.py',
    'python/child.py',
    'python/chunker.py',
    'python/outlet.py',
    'python/receive.py',
    'python/poll.py',
    'python/feed.py',
    'python/pauses.py',
    'python/glob.py',
    'python/walk.py',
    'python/files.py',
    'python/run.py',
    'python/end.py',
    'python/context.py',
    'python/cell.py',
    'python/session.py',
    'python/ready.py',
    'python/launcher.py',
  ],
  javascript: [
    'node/start.js',
    'node/bounds.js',
    'node/outlet.js',
    'node/chunker.js',
    'node/receive.js',
    'node/given.js',
    'node/program.js',
    'node/pipes.js',
    'node/proc.js',
    'node/child.js',
    'node/meter.js',
    'node/disk.js',
    'node/compile.js',
    'node/feed.js',
    'node/glob.js',
    'node/walk.js',
    'node/files.js',
    'node/run.js',
    '../../local/cells/pieces.js',
    'node/context.js',
    'node/cell.js',
    'node/kept-session.js',
    'node/session.js',
    'node/main.js',
  ],
};

/**
 * The text of a launcher, one file. Each part is a module that names what it takes from others, for people and their
 * editors; joined they share one scope, so those imports, and what marks an export, are left out.
 * @throws when a part cannot be read
 */
export function launcherSource(launcher: LauncherName): string {
  const files = PARTS[launcher].map((name) => new URL(name, import.meta.url));
  return launcher === 'python' ? joinedPython(files) : joinedJavaScript(files);
}

/**
 * Parts of the launcher of Python, and of others in its manner, as one file.
 * @param files of one folder for each, addressed by URL
 * @throws when a part cannot be read
 */
export function joinedPython(files: readonly URL[]): string {
  return files
    .map(readPart)
    .map(({ name, text }) => `# launchers/${name}\n${text.replaceAll(PYTHON_IMPORT, '')}`)
    .join('\n\n');
}

interface Part {
  /** With its folder. */
  readonly name: string;
  readonly text: string;
}

function readPart(file: URL): Part {
  return { name: file.pathname.split('/').slice(-2).join('/'), text: readFileSync(file, 'utf8') };
}

/** `from .bounds import MIB`, also over several lines in parentheses. */
const PYTHON_IMPORT = /^from \.\w+ import (?:\([^)]*\)|.*)\n/gm;

/** `import { a } from './bounds.js';`, also over several lines; and imports of Node's own. */
const LOCAL_IMPORT = /^import \{[^}]*\} from '\.{1,2}\/[^']+';\n/gm;
const NODE_IMPORT = /^import (\{[^}]*\}|\* as \w+) from '(node:[^']+)';\n/gm;
const EXPORT = /^export (?=(?:async )?(?:function|class|const|let)\b)/gm;

/**
 * Parts of the launcher of JavaScript, and of others in its manner, as one file. Several parts may import one name, which
 * stands once in the joined text.
 * @param files addressed by URL
 * @throws when a part cannot be read
 */
export function joinedJavaScript(files: readonly URL[]): string {
  const named = new Map<string, Set<string>>();
  const whole = new Set<string>();
  const bodies = files.map(readPart).map(({ name, text }) => {
    for (const [line, what = '', module = ''] of text.matchAll(NODE_IMPORT)) {
      if (what.startsWith('*')) whole.add(line);
      else for (const one of what.slice(1, -1).split(',')) add(named, module, one.trim());
    }
    const body = text.replaceAll(LOCAL_IMPORT, '').replaceAll(NODE_IMPORT, '').replaceAll(EXPORT, '');
    return `// launchers/${name}\n${body}`;
  });
  const imports = [...named].map(
    ([module, names]) => `import { ${[...names].join(', ')} } from '${module}';\n`,
  );
  return [[...whole, ...imports].join(''), ...bodies].join('\n');
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  if (value !== '') sets.set(key, (sets.get(key) ?? new Set()).add(value));
}
