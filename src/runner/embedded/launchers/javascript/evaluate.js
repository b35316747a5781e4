import { Interrupted } from './cell-input.js';
import { explainError } from './refusals.js';

/** Of a program that cannot be compiled. */
class CellSyntaxError extends SyntaxError {
  constructor(cellMessage) {
    super();
    this.cellMessage = cellMessage;
  }
}

/**
 * What stands before each cell: it begins once the inspector has returned. Within a call of the inspector's Deno can neither
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

/** What is printed of what a cell threw. */
export function describeError(thrown) {
  const { error, frames } = thrown instanceof CellError ? thrown : { error: thrown, frames: null };
  if (error?.cellMessage !== undefined) return error.cellMessage;
  explainError(error);
  const text = inspect(error, { colors: false });
  // Where a frame is in a cell is only known to the inspector.
  const stack =
    frames === null
      ? text.replace(OWN_FRAMES, '')
      : text.replace(STACK, (all) => frames.join('') + (all.endsWith(' {') ? ' {' : ''));
  return `Uncaught ${stack}`;
}

const { inspect } = Deno;
const STACK = /(?:\n {4}at [^\n]*)+/;
/** From the first of these on. */
const OWN_FRAMES = /\n {4}at (?:[^\n]*\()?(?:ext:|node:|file:).*$/s;

/**
 * Evaluates cells as V8's own console does: `await` at the top, `let` and `const` declared anew, the value of the last
 * expression. It takes a session of V8's inspector, for which Deno wants a permission; it is given up once the session is
 * connected, before anything of a program runs.
 */
export class Evaluator {
  #inspector;
  #global;
  /** Rejects what is awaited when an interrupt comes. */
  #interrupt = () => {};
  #compile;

  constructor() {
    const { Session } = process.getBuiltinModule('node:inspector');
    this.#inspector = new Session();
    this.#inspector.connect();
    Deno.permissions.revokeSync({ name: 'sys' });
    this.#compile = process.getBuiltinModule('node:module').stripTypeScriptTypes;
    Deno.addSignalListener('SIGINT', () => this.#interrupt());
  }

  /** The value of the cell's last expression. @throws what the cell does, or `Interrupted` */
  async evaluate({ code, number, fileName }) {
    const interrupted = Promise.withResolvers();
    interrupted.promise.catch(() => {});
    this.#interrupt = () => interrupted.reject(new Interrupted());
    try {
      const name = `cell-${number}`;
      const source = this.#prepare(code, fileName, name);
      const evaluated = this.#begin(`${PREFIX}${source}\n//# sourceURL=${name}`);
      const { result, exceptionDetails } = await Promise.race([evaluated, interrupted.promise]);
      if (exceptionDetails === undefined) return await this.#valueOf(result);
      throw await this.#errorOf(exceptionDetails, source, name);
    } finally {
      this.#interrupt = () => {};
      await this.#post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
    }
  }

  #prepare(code, fileName, name) {
    return importDynamically(/\.[cm]?ts$/.test(fileName) ? this.#withoutTypes(code, name) : code);
  }

  /** Types become spaces, so that every place stays; only what is no type (`enum`) is written anew. */
  #withoutTypes(code, name) {
    try {
      return this.#compile(code, { mode: 'strip' });
    } catch {
      try {
        return this.#compile(code, { mode: 'transform' });
      } catch (error) {
        const message = `${error.message}`.replace(/^SyntaxError: /, '').replace(/\n +at file:.*$/s, '');
        throw new CellSyntaxError(`Uncaught SyntaxError: ${message}\n    at ${name}`);
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
    const frames = framesOf(stackTrace?.callFrames ?? []);
    if (frames.length > 0)
      return error instanceof Error && !(error instanceof Interrupted) ? new CellError(error, frames) : error;
    const line = source.split('\n')[lineNumber];
    if (!(error instanceof SyntaxError) || line === undefined) return error;
    const column = columnOf({ lineNumber, columnNumber });
    const place = `${name}:${lineNumber + 1}:${column}`;
    return new CellSyntaxError(
      `${place}\n${line}\n${' '.repeat(column - 1)}^\nUncaught SyntaxError: ${error.message}`,
    );
  }
}

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
