import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import type { HostView } from './attempt.ts';

/** A program that ends by an error which the runtime prints, with a map that says it comes from a file of the host. */
export interface Ending {
  readonly language: 'javascript' | 'typescript' | 'python';
  readonly name: string;
  readonly fileName?: string;
  readonly code: (host: HostView) => string;
  /** What comes with the program. */
  readonly files?: (host: HostView) => readonly { readonly path: string; readonly content: string }[];
  /** Why nothing is quoted without a sandbox either. */
  readonly uncontrolled?: string;
}

function map(host: HostView): string {
  return JSON.stringify({ version: 3, sources: [`file://${host.secretText}`], names: [], mappings: 'AAAA' });
}

function withMap(code: string): (host: HostView) => string {
  return (host) =>
    `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map(host)).toString('base64')}\n`;
}

/** Python that has `script` run by the JavaScript around it. */
function inPython(script: (host: HostView) => string): (host: HostView) => string {
  return (host) => `import ctypes
ctypes.CDLL(None).emscripten_run_script(${JSON.stringify(script(host))}.encode())
`;
}

const OWN_FILES = 'Python quotes files of its own file system only';

const IMPORTED = withMap('throw new Error("made")');

function importing(host: HostView): string {
  return `import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(IMPORTED(host))}`)})`;
}

export const ENDINGS: readonly Ending[] = [
  { language: 'javascript', name: 'an uncaught error', code: withMap('throw new Error("made")') },
  { language: 'typescript', name: 'an uncaught error', code: withMap('throw new Error("made" as string)') },
  {
    language: 'javascript',
    name: 'an uncaught error of CommonJS',
    fileName: 'main.cjs',
    code: withMap('throw new Error("made")'),
    uncontrolled: 'Deno applies none to CommonJS',
  },
  {
    language: 'javascript',
    name: 'an unhandled rejection',
    code: withMap('Promise.reject(new Error("made")); setInterval(() => {}, 1000)'),
  },
  {
    language: 'javascript',
    name: 'reportError',
    code: withMap(
      'reportError(new AggregateError([new Error("inner")], "made", { cause: new Error("cause") }))',
    ),
  },
  {
    language: 'javascript',
    name: 'an error of a timer',
    code: withMap('setTimeout(() => { throw new Error("made"); })'),
  },
  { language: 'javascript', name: 'an error of a data: module', code: importing },
  {
    language: 'javascript',
    name: 'a map in a file of its own',
    code: () => 'throw new Error("made")\n//# sourceMappingURL=main.mjs.map\n',
    files: (host) => [{ path: 'main.mjs.map', content: map(host) }],
    uncontrolled: 'Deno resolves no such name',
  },
  {
    language: 'javascript',
    name: 'a map in a file of the host',
    code: (host) => `throw new Error("made")\n//# sourceMappingURL=file://${host.secretMap}\n`,
  },
  {
    language: 'javascript',
    name: 'a relative source',
    code: (host) =>
      withMap('throw new Error("made")')({
        ...host,
        secretText: `/proc/self/cwd/../../../..${host.secretText}`,
      }),
    uncontrolled: 'the control runs elsewhere',
  },
  {
    language: 'javascript',
    name: 'a script named after the file',
    code: (host) =>
      `import { runInThisContext } from 'node:vm'; runInThisContext('throw new Error("made")', { filename: 'file://${host.secretText}' })`,
  },
  {
    language: 'javascript',
    name: 'a syntax error of a script named after the file',
    code: (host) =>
      `import { Script } from 'node:vm'; new Script('a b', { filename: 'file://${host.secretText}' })`,
    uncontrolled: 'the line of the program is quoted',
  },
  {
    language: 'javascript',
    name: 'a syntax error in a module that is mapped',
    code: (host) => importing(host).replace('throw', 'thro%20w%20'),
    uncontrolled: 'the line of the module is quoted',
  },
  {
    language: 'javascript',
    name: 'an error that an operation reports',
    code: withMap(
      'Deno[Deno.internal].addTrailers; Deno[Deno.internal].core.ops.op_dispatch_exception(new Error("made"), false, true)',
    ),
  },
  {
    language: 'javascript',
    name: 'a panic, with its stack',
    code: (host) =>
      `Deno.env.set('RUST_BACKTRACE', 'full'); Deno[Deno.internal].addTrailers; Deno[Deno.internal].core.ops.op_panic('file://${host.secretText}')`,
    uncontrolled: 'only its own stack is printed',
  },
  {
    language: 'javascript',
    name: 'an abort',
    code: (host) => `globalThis.path = ${JSON.stringify(host.secretText)}; process.abort()`,
    uncontrolled: 'it prints nothing',
  },
  {
    language: 'python',
    name: 'a module of the JavaScript around it',
    code: inPython((host) => `${importing(host)}; Deno.exit = () => {}; throw 1`),
  },
  {
    language: 'python',
    name: 'a Worker of the JavaScript around it',
    code: inPython(
      (host) =>
        `new Worker(${JSON.stringify(`data:text/javascript,${encodeURIComponent(IMPORTED(host))}`)}, { type: 'module' }); Deno.exit = () => {}; throw 1`,
    ),
  },
  {
    language: 'python',
    uncontrolled: OWN_FILES,
    name: 'a traceback of code named after the file',
    code: (host) => `exec(compile("raise ValueError", ${JSON.stringify(host.secretText)}, "exec"))`,
  },
  {
    language: 'python',
    uncontrolled: OWN_FILES,
    name: 'a syntax error in a file of the host',
    code: (host) => `raise SyntaxError("made", (${JSON.stringify(host.secretText)}, 1, 1, None, 1, 2))`,
  },
  {
    language: 'python',
    uncontrolled: OWN_FILES,
    name: 'a warning in a file of the host',
    code: (host) =>
      `import warnings; warnings.warn_explicit("made", UserWarning, ${JSON.stringify(host.secretText)}, 1)`,
  },
  {
    language: 'python',
    uncontrolled: OWN_FILES,
    name: 'faulthandler',
    code: (host) =>
      `import faulthandler, ctypes; faulthandler.enable(); exec(compile("import ctypes; faulthandler.dump_traceback(); ctypes.string_at(1 << 31)", ${JSON.stringify(host.secretText)}, "exec"))`,
  },
];

/** Named as modules: Deno applies no source maps to CommonJS. */
const MODULES = { javascript: 'main.mjs', typescript: 'main.mts', python: 'main.py' };

/** Runs a program that ends so. */
export function observeEnding(
  runner: Runner,
  { language, code, fileName, files = () => [] }: Ending,
  host: HostView,
): ObservedRun {
  return new ObservedRun(runner, language, code(host), {
    fileName: fileName ?? MODULES[language],
    limits: { timeoutMs: 10_000 },
    payload: { files: files(host).map(({ path, content }) => ({ path, content: Buffer.from(content) })) },
  });
}
