import { inspect } from './display.js';

/** What ends a cell that was interrupted. */
export class Interrupted extends Error {
  cellMessage = 'Uncaught Interrupted: the cell was interrupted';
}

/** Of a program that cannot be compiled. */
class CellSyntaxError extends SyntaxError {
  constructor(cellMessage) {
    super();
    this.cellMessage = cellMessage;
  }
}

/**
 * What stands before each cell: it begins once the inspector has returned. Within a call of the inspector's a process can neither
 * end nor be interrupted.
 */
const GATE = '__podline';
const PREFIX = `await ${GATE};`;

/** What a cell threw that is an error, and the frames of cells on its stack, as lines. */
class CellError {
  constructor(error, frames) {
    this.error = error;
    this.frames = frames;
  }
}

/**
 * What is printed of what a cell threw.
 * @param explain may change an error before, so that it says more
 */
export function describeError(thrown, explain) {
  const { error, frames } = thrown instanceof CellError ? thrown : { error: thrown, frames: null };
  if (error?.cellMessage !== undefined) return error.cellMessage;
  explain(error);
  const text = inspect(error, { colors: false });
  // Where a frame is in a cell is only known to the inspector.
  const stack =
    frames === null
      ? text.replace(OWN_FRAMES, '')
      : text.replace(STACK, (all) => frames.join('') + (all.endsWith(' {') ? ' {' : ''));
  return `Uncaught ${stack}`;
}

const STACK = /(?:\n {4}at [^\n]*)+/;
/** From the first of these on. */
const OWN_FRAMES = /\n {4}at (?:[^\n]*\()?(?:ext:|node:|file:).*$/s;

/**
 * Evaluates cells as V8's own console does: `await` at the top, `let` and `const` declared anew, the value of the last
 * expression. It takes a session of V8's inspector, connected when this is made.
 */
export class Evaluator {
  #inspector;
  #global;
  #compile;
  #importName;
  #hold;
  /** What is held of cells that wait, or waited when they were interrupted. */
  #held = new Set();

  /**
   * @param importName the global function that stands for `import()`, as long a name, where the inspector's code has none
   * @param hold calls a function and returns the promises that were made meanwhile, where the inspector ends the process when
   * what it waits for is collected as garbage
   */
  constructor({ importName = IMPORT, hold = holdNothing } = {}) {
    this.#importName = importName;
    this.#hold = hold;
    const { Session } = process.getBuiltinModule('node:inspector');
    this.#inspector = new Session();
    this.#inspector.connect();
    this.#compile = process.getBuiltinModule('node:module').stripTypeScriptTypes;
  }

  /** The value of the cell's last expression; never resolves where an interrupt has cut it off. @throws what the cell does */
  async evaluate({ code, number, fileName }) {
    await this.#post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
    const name = `cell-${number}`;
    const source = this.#prepare(code, fileName, name);
    let evaluated;
    const held = this.#hold(() => {
      evaluated = this.#begin(`${PREFIX}${source}\n//# sourceURL=${name}`);
    });
    this.#held.add(held);
    const { result, exceptionDetails } = await evaluated;
    this.#held.delete(held);
    if (exceptionDetails === undefined) return this.#valueOf(result);
    throw await this.#errorOf(exceptionDetails, source, name);
  }

  #prepare(code, fileName, name) {
    const source = importDynamically(/\.[cm]?ts$/.test(fileName) ? this.#withoutTypes(code, name) : code);
    return source.replace(TOKEN, (token) => (token === IMPORT ? this.#importName : token));
  }

  /** Types become spaces, so that every place stays; only what is no type (`enum`) is written anew. */
  #withoutTypes(code, name) {
    try {
      return this.#compile(code, { mode: 'strip' });
    } catch {
      try {
        return this.#compile(code, { mode: 'transform' });
      } catch (error) {
        const message = `${error.message}`
          .replace(/^SyntaxError: /, '')
          .replace(/\n +at (?:file|node):.*$/s, '');
        // Node puts the place and the line before it.
        const [before = ''] = `${error.stack}`.split(/^\w*Error\b/m, 1);
        const place =
          before.trim() === '' ? '' : `${before.trimEnd().replace(/^.*?:(?=\d+\n)/, `${name}:`)}\n`;
        throw new CellSyntaxError(`${place}Uncaught SyntaxError: ${message}\n    at ${name}`);
      }
    }
  }

  #begin(expression) {
    const gate = Promise.withResolvers();
    Object.defineProperty(globalThis, GATE, { value: gate.promise, configurable: true });
    const evaluated = this.#post('Runtime.evaluate', { expression, replMode: true, objectGroup: 'cell' });
    delete globalThis[GATE];
    gate.resolve();
    return evaluated;
  }

  #post(method, parameters) {
    return new Promise((resolve, reject) => {
      this.#inspector.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }

  /** What the inspector speaks of, itself. */
  async #valueOf({ type, value, unserializableValue, objectId }) {
    if (type === 'undefined') return undefined;
    if (objectId === undefined && unserializableValue === undefined) return value ?? null;
    const key = crypto.randomUUID();
    let found;
    Object.defineProperty(globalThis, key, { value: (one) => (found = one), configurable: true });
    try {
      this.#global ??= (await this.#post('Runtime.evaluate', { expression: 'globalThis' })).result.objectId;
      await this.#post('Runtime.callFunctionOn', {
        functionDeclaration: `function (one) { this[${JSON.stringify(key)}](one) }`,
        objectId: this.#global,
        arguments: [objectId === undefined ? { unserializableValue } : { objectId }],
      });
    } finally {
      delete globalThis[key];
    }
    return found;
  }

  async #errorOf({ exception, lineNumber, columnNumber, stackTrace }, source, name) {
    const error = await this.#valueOf(exception);
    const frames = framesOf(stackTrace?.callFrames ?? framesIn(error));
    if (frames.length > 0)
      return error instanceof Error && !(error instanceof Interrupted) ? new CellError(error, frames) : error;
    const line = source.split('\n')[lineNumber]?.replaceAll(this.#importName, IMPORT);
    if (!(error instanceof SyntaxError) || line === undefined) return error;
    const column = columnOf({ lineNumber, columnNumber });
    const place = `${name}:${lineNumber + 1}:${column}`;
    return new CellSyntaxError(
      `${place}\n${line}\n${' '.repeat(column - 1)}^\nUncaught SyntaxError: ${error.message}`,
    );
  }
}

function holdNothing(call) {
  call();
  return [];
}

/** The frames of an error of which the inspector tells none, numbered as it does. */
function framesIn(error) {
  const text = error instanceof Error ? String(error.stack) : '';
  return Array.from(text.matchAll(FRAME), ([, functionName = '', url, line, column]) => {
    return { functionName, url, lineNumber: line - 1, columnNumber: column - 1 };
  });
}

const FRAME = /^ {4}at (?:async )?(?:(.*) \()?([^()\n]*):(\d+):(\d+)\)?$/gm;

/** Up to the last one of a cell. */
function framesOf(frames) {
  const last = frames.findLastIndex(({ url }) => url.startsWith('cell-'));
  return frames.slice(0, last + 1).map((frame) => {
    const place = `${frame.url || '<anonymous>'}:${frame.lineNumber + 1}:${columnOf(frame)}`;
    return frame.functionName === '' ? `\n    at ${place}` : `\n    at ${frame.functionName} (${place})`;
  });
}

/** As if there were no prefix; from 1 on. */
function columnOf({ lineNumber, columnNumber }) {
  return Math.max(1, columnNumber + 1 - (lineNumber === 0 ? PREFIX.length : 0));
}

const IMPORT = 'import';
/** Comments, strings and templates, which are left as they are, or the name in a call of `import()`. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<![\w$.#])import(?=\s*\()/g;

const STATEMENT =
  /^([ \t]*)import\s+(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)\s*|\{([^}]*)\}\s*)?(?:from\s*)?(["'])([^"'\n]+)\5\s*(?:with\s*(\{[^}]*\}))?[ \t]*;?/gm;

/** Import declarations, which only modules may have, as imports that are expressions, on the same lines. */
function importDynamically(source) {
  if (!source.includes('import')) return source;
  return source.replace(STATEMENT, (all, indent, preset, namespace, names, _quote, from, attributes) => {
    const options = attributes === undefined ? '' : `, { with: ${attributes} }`;
    const imported = `await import(${JSON.stringify(from)}${options})`;
    if (preset === undefined && namespace === undefined && names === undefined)
      return `${indent}${imported};`;
    const lines = '\n'.repeat(all.split('\n').length - 1);
    const taken = [
      ...(preset === undefined ? [] : [`default: ${preset}`]),
      ...(names === undefined
        ? []
        : [names.replace(/\s+/g, ' ').replace(/\b([\w$]+) as ([\w$]+)/g, '$1: $2')]),
    ];
    if (namespace === undefined) return `${indent}var { ${taken.join(', ')} } = ${imported};${lines}`;
    const rest = preset === undefined ? '' : ` var { default: ${preset} } = ${namespace};`;
    return `${indent}var ${namespace} = ${imported};${rest}${lines}`;
  });
}
