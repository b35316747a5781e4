import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/**
 * Names of fields that never reach a log, wherever a careless call may put them: programs, what they read, secrets.
 * Code that logs is to pass ids in the first place; this is the net below.
 */
const SECRET_FIELDS = [
  'code',
  'stdin',
  'env',
  'files',
  'args',
  'variables',
  'query',
  'key',
  'apiKeys',
  'authorization',
  'headers',
];

/**
 * Logs as JSON, a line each, to standard output. `level` is one of pino's (`fatal` to `trace`, `silent`);
 * `destination` is for tests.
 */
export function createLogger(level: string, destination?: DestinationStream): PinoLogger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[not logged]' },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** As pino does, with the code of an error (`EADDRINUSE`) under a name that is not taken for that of a program. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, ...described } = pino.stdSerializers.err(error);
  return code === undefined ? described : { ...described, errorCode: code };
}
