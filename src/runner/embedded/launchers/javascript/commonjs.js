/**
 * How a program runs, decided as Node 24 does: by its syntax, where the file's name does not say it. Deno could do so too
 * (`--unstable-detect-cjs`), but then takes no source from a hook, which meta-main.js needs.
 */

/** What Node's wrapper around a CommonJS module declares. */
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
/**
 * TypeScript cannot be compiled here, so words decide: CommonJS is what uses one of its names and has none of an ES module.
 * All else runs as an ES module, whose errors name the program's own lines.
 */
const MODULE_WORDS = /\b(import|export|await)\b/;
const COMMONJS_WORDS = /\b(require|module|exports|__filename|__dirname)\b/;
/** `import fs = require('node:fs')`, which only CommonJS has. */
const IMPORT_EQUALS = /^\s*import\s+[\w$]+\s*=\s*require\s*\(/m;
/** What only Node's loader gives a CommonJS program: its own names, and ticks before promises. */
const LOADER_WORDS = /\b(require|module|exports|__filename|__dirname|arguments|nextTick)\b/;

/**
 * How a program runs: as `commonjs`, by Node's loader; as `module`, an ES module; or as a `body`, which is CommonJS that
 * uses nothing of the loader's, as loading that takes longer than most such programs run. With a body comes its `run`.
 *
 * @param program the URL that its places are those of
 * @param packageType gives the `type` of the package.json that came with the program; `module` is obeyed
 */
export function planOf({ fileName, program, source, packageType }) {
  const extension = /\.[cm]?[jt]sx?$/.exec(fileName)?.[0] ?? '';
  if (extension.startsWith('.c')) return { kind: 'commonjs' };
  if (extension.startsWith('.m') || packageType() === 'module') return { kind: 'module' };
  if (extension.startsWith('.t')) {
    const isCommonJs =
      IMPORT_EQUALS.test(source) || (COMMONJS_WORDS.test(source) && !MODULE_WORDS.test(source));
    return { kind: isCommonJs ? 'commonjs' : 'module' };
  }
  const run = compile(program, source);
  // Syntax that is wrong in both is reported of the ES module, which quotes the line.
  if (run === null) return { kind: 'module' };
  return LOADER_WORDS.test(source) ? { kind: 'commonjs' } : { kind: 'body', run };
}

/**
 * The body of Node's wrapper, in which names are its own and none of the environment's. Null when its syntax is wrong:
 * neither `import`, `export`, `import.meta` nor `await` at the top is allowed in the body of a function.
 */
function compile(program, source) {
  const { core } = Deno[Deno.internal];
  const [run] = core.compileFunction(source, program, undefined, PARAMETERS);
  return run;
}

/**
 * Runs a CommonJS program as the main module: imported, it would find that `require.main` is not itself. Called by the
 * engine, not by us, so that our name stands in no stack. Resolves or rejects after the program's first statements.
 */
export function runAsMain(file) {
  const module = process.getBuiltinModule('node:module');
  const directory = file.slice(0, file.lastIndexOf('/') + 1);
  const pathsOf = module._nodeModulePaths;
  // Above its directory nothing may be read: a package that is not there would be an error of permissions.
  module._nodeModulePaths = (from) => pathsOf(from).filter((path) => path.startsWith(directory));
  return Promise.resolve().then(module._load.bind(module, file, null, true));
}

/** Runs what `planOf` compiled, called by the engine likewise. Resolves or rejects after the program's first statements. */
export function runBody(run) {
  return Promise.resolve().then(run.bind({}));
}
