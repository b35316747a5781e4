/**
 * `import.meta.main` is false in a module that is imported, as the program is (see javascript.js), and nothing can set it.
 * So it is replaced in the text that the engine compiles, in code only, by as many characters.
 */

/** Comments, strings and templates, which are left as they are, or what is to be replaced. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\bimport\.meta\.main\b/g;
const MAIN = 'import.meta.main';

/** Makes `import.meta.main` true in the program, an ES module with the URL `program`, before it is imported. */
export function makeMain(program, source) {
  if (!source.includes(MAIN)) return;
  const text = /\.m?tsx?$/.test(program) ? withoutTypes(source) : source;
  if (text === null) return;
  const replaced = text.replace(TOKEN, (token) => (token === MAIN ? 'true'.padEnd(MAIN.length) : token));
  process.getBuiltinModule('node:module').registerHooks({
    load: (url, context, next) =>
      url === program ? { format: 'module', source: replaced, shortCircuit: true } : next(url, context),
  });
}

/**
 * Types become spaces, so that places in it stay; what has to be rewritten (an enum) moves them. Null when its syntax is
 * wrong, which its import reports.
 */
function withoutTypes(source) {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module');
  for (const mode of ['strip', 'transform']) {
    try {
      return stripTypeScriptTypes(source, { mode });
    } catch {
      // Tried the other way.
    }
  }
  return null;
}
