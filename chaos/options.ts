import { parseArgs } from 'node:util';
import { TOKEN_SECONDS } from '../test/cluster/support/namespace.ts';
import { BED_FAULTS, FAULT_NAMES, type FaultName, OWN_FAULTS } from './faults/names.ts';

/** What may pass, beside the minutes of a run, from the making of the servers' credentials to the end, minutes. */
const CLOSING_MINUTES = 20;
/** The servers' credentials cannot be renewed. */
const MOST_MINUTES = TOKEN_SECONDS / 60 - CLOSING_MINUTES;

export interface Options {
  /** How long faults are made and programs submitted. */
  readonly minutes: number;
  readonly seed: number;
  readonly faults: readonly FaultName[];
  readonly servers: number;
  /** Programs submitted and not ended at once. */
  readonly load: number;
  /** Whether components of the test bed may be failed though pods of others run there. */
  readonly evenIfShared: boolean;
}

export const USAGE = `npm run chaos -- [--minutes 5] [--seed N] [--faults A,B,…] [--servers 3] [--load 10] [--even-if-shared]

Faults of its own processes and of the ways between them (the default): ${OWN_FAULTS.join(', ')}
Faults of the test bed, passed over while pods of others run there unless --even-if-shared: ${BED_FAULTS.join(', ')}
KUBECONFIG and MONGODB_URI say where (the test bed's \`up\` prints them); TESTBED_ADDRESS where pods find this machine.`;

/** The command line is wrong; the message says what was expected and got. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parseOptions(argv: readonly string[]): Options {
  const { minutes, seed, faults, servers, load, 'even-if-shared': evenIfShared } = parse(argv);
  return {
    minutes: minutesOf(minutes),
    seed: seed === undefined ? Math.floor(Math.random() * 1_000_000) : number('seed', seed, 0, 2 ** 32 - 1),
    faults: faults === undefined ? OWN_FAULTS : faults.split(',').map(faultName),
    servers: number('servers', servers, 1, 5),
    load: number('load', load, 1, 100),
    evenIfShared,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string', default: '5' },
        seed: { type: 'string' },
        faults: { type: 'string' },
        servers: { type: 'string', default: '3' },
        load: { type: 'string', default: '10' },
        'even-if-shared': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function minutesOf(text: string): number {
  const minutes = number('minutes', text, 0.1, Number.POSITIVE_INFINITY);
  if (minutes <= MOST_MINUTES) return minutes;
  throw new UsageError(
    `--minutes: expected at most ${MOST_MINUTES}, because the servers' credentials are good for ${TOKEN_SECONDS / 60} ` +
      `minutes and ${CLOSING_MINUTES} may pass before the end; got ${text}.`,
  );
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name}: expected a number from ${least} to ${most}, got ${JSON.stringify(text)}.`);
}

function faultName(text: string): FaultName {
  const name = FAULT_NAMES.find((one) => one === text);
  if (name) return name;
  throw new UsageError(`--faults: expected some of ${FAULT_NAMES.join(', ')}, got ${JSON.stringify(text)}.`);
}
