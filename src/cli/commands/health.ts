import { chosenEndpoint } from '../connection/connect.ts';
import { request } from '../connection/request.ts';
import { EXIT_FAILED } from '../exit-code.ts';
import { graphql } from '../generated/gql.ts';
import { CONNECTION_HELP, connectionOptions, noPositionals, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';
import { formatDuration, formatTable } from '../terminal/format.ts';

export const help = `podline health [--json]

Tells how a server is. Exit code 0 when it is healthy or degraded, 1 when it is unhealthy or cannot be reached.

  --json            print the whole answer as JSON
${CONNECTION_HELP}
`;

const Health = graphql(`
  query Health {
    health {
      status
      version
      uptimeSeconds
      running
      queued
      checks {
        name
        status
        latencyMs
        message
      }
    }
  }
`);

export const options = { ...connectionOptions, json: { type: 'boolean' } } as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  noPositionals(positionals);
  const { health } = await request(chosenEndpoint(values, shell), Health, {});
  if (values.json) {
    await shell.stdout.write(`${JSON.stringify(health, null, 2)}\n`);
  } else {
    const up = formatDuration(health.uptimeSeconds * 1000);
    await shell.stdout.write(
      `${health.status}: version ${health.version}, up ${up}, ${health.running} running, ${health.queued} queued\n`,
    );
    const rows = health.checks.map((check) => [
      check.name,
      check.status,
      `${check.latencyMs.toFixed(1)} ms`,
      check.message ?? '',
    ]);
    if (rows.length > 0)
      await shell.stdout.write(formatTable(['CHECK', 'STATUS', 'LATENCY', 'MESSAGE'], rows));
  }
  return health.status === 'UNHEALTHY' ? EXIT_FAILED : 0;
}
