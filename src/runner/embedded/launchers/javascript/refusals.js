/**
 * What a program is told when it asks for what the sandbox has not. Deno's messages advise flags and commands that no
 * user of this service can give.
 */

const SANDBOX = 'the embedded sandbox';
const MODULES = `${SANDBOX} has the modules of Node and the files given with the program only, see "podline runtimes"`;
const NO_NETWORK = `${SANDBOX} has no network`;

/** By the permission that Deno would need. */
const REASONS = {
  read: `${SANDBOX} reads only the files given with the program`,
  write: `${SANDBOX} writes no files but in the program's own directory, see "podline runtimes"`,
  net: NO_NETWORK,
  run: `${SANDBOX} starts no processes and signals none`,
  sys: `${SANDBOX} says nothing of the machine`,
  ffi: `${SANDBOX} loads no native code`,
  import: MODULES,
  env: `${SANDBOX} keeps this variable to itself`,
};

/** Deno's advice after a refusal, with the permission in it. */
const ADVICE = /, run again with the --allow-(\w+) flag$/;

const refusal = (message) =>
  message.replace(ADVICE, (_advice, permission) =>
    REASONS[permission] === undefined ? '' : `: ${REASONS[permission]}`,
  );

/** Names after which Deno advises a flag. */
const UNSTABLE =
  /\b((?:Deno\.)?(?:openKv|cron|bundle|connectQuic|listenQuic|UnsafeWindowSurface|WebSocketStream)) is not (?:a function|a constructor|defined)/;

/**
 * Messages that end a program, and what stands in their place. Those of names that are missing are other words because
 * Deno prints its advice after a message that holds its own.
 */
const REPLACEMENTS = [
  [/^Import "(.+?)" not a dependency and not in import map[\s\S]*/, `Cannot find package "$1": ${MODULES}`],
  [/^(Cannot find module '(?![./])[^']*')/, `$1: ${MODULES}`],
  [
    /^npm specifiers were requested; but --no-npm is specified/,
    `npm packages cannot be imported: ${MODULES}`,
  ],
  [/^JSR package manifest for '(.+?)' failed to load\.[\s\S]*/, `Cannot find package "$1": ${MODULES}`],
  [
    /\b(require|module|exports) is not defined/,
    '$1 does not exist in an ES module: use import, or name the file .cjs',
  ],
  [/\b__filename is not defined/, '__filename does not exist in an ES module: use import.meta.filename'],
  [/\b__dirname is not defined/, '__dirname does not exist in an ES module: use import.meta.dirname'],
  [/\b(window|document) is not defined/, '$1 exists only in a browser'],
  [UNSTABLE, '$1 is not there: it is an unstable API of Deno'],
  [/^get\w+ EPERM .*$/, (all) => `${all}: ${NO_NETWORK}`],
  [/^(Command failed: .*|Failed to spawn '.*)$/, (all) => `${all}: ${REASONS.run}`],
];

/** The message that is printed for one that ends a program. */
function explain(message) {
  const explained = refusal(message).replaceAll(`"file://${Deno.cwd()}/`, '"./');
  for (const [pattern, replacement] of REPLACEMENTS) {
    if (pattern.test(explained)) return explained.replace(pattern, replacement);
  }
  return explained;
}

/** Replaces Deno's advice: in refusals when they are made, in other errors when they end the program. */
export function explainRefusals() {
  const { NotCapable } = Deno.errors;
  // `super(…)` of the class, of which the engine has made its own copy, calls what the class inherits from.
  function Refusal(message, ...rest) {
    const error = Reflect.construct(Error, [refusal(`${message}`), ...rest], new.target);
    Error.captureStackTrace(error, new.target);
    return error;
  }
  Refusal.prototype = Error.prototype;
  Object.setPrototypeOf(Refusal, Error);
  Object.setPrototypeOf(NotCapable, Refusal);
  addEventListener('error', ({ error }) => explainError(error));
  addEventListener('unhandledrejection', ({ reason }) => explainError(reason));
}

/** Replaces Deno's advice in an error that ends the program. */
export function explainError(error) {
  if (!(error instanceof Error) || typeof error.message !== 'string') return;
  const message = explain(error.message);
  if (message !== error.message) Reflect.set(error, 'message', message);
}
