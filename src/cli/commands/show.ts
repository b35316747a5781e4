import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ShowExecutionQuery } from '../generated/graphql.ts';
import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';
import { formatDuration, formatFields } from '../terminal/format.ts';

export const help = `podline show [--code | --json] ID

Prints an execution's record. Its output is printed by "podline logs".

  --code            print the program and nothing else
  --json            print the record as JSON, the program included
${CONNECTION_HELP}
`;

const Show = graphql(`
  query ShowExecution($id: ID!) {
    execution(id: $id) {
      id
      status
      endReason
      message
      exitCode
      signal
      language
      code
      args
      labels {
        name
        value
      }
      limits {
        timeoutMs
        memoryMb
        cpuMillis
        outputBytes
      }
      outputBytes
      outputTruncated
      createdAt
      startedAt
      finishedAt
      queuePosition
      usage {
        wallMs
        cpuMs
        maxMemoryMb
      }
      runner {
        kind
        job
        pod
        node
        warm
      }
    }
  }
`);

export const options = {
  ...connectionOptions,
  code: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Shown = NonNullable<ShowExecutionQuery['execution']>;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, onePositional(positionals, 'ID'));
  const { execution } = await request(endpoint, Show, { id });
  if (!execution) throw new CommandError(`There is no execution ${id}.`);
  if (values.json) await shell.stdout.write(`${JSON.stringify(execution, null, 2)}\n`);
  else await shell.stdout.write(values.code ? execution.code : formatFields(fieldsOf(execution)));
  return 0;
}

function fieldsOf(execution: Shown): [name: string, value: string | null][] {
  const { limits, usage, runner } = execution;
  return [
    ['id', execution.id],
    ['status', execution.status],
    ['end', execution.endReason],
    ['exit code', textOf(execution.exitCode)],
    ['signal', execution.signal],
    ['message', execution.message],
    ['queue position', textOf(execution.queuePosition)],
    ['language', execution.language],
    ['arguments', execution.args.map((argument) => JSON.stringify(argument)).join(' ')],
    ['labels', execution.labels.map(({ name, value }) => `${name}=${value}`).join(' ')],
    ['created', execution.createdAt],
    ['started', execution.startedAt],
    ['finished', execution.finishedAt],
    ['output', `${execution.outputBytes} bytes${execution.outputTruncated ? ', cut at its limit' : ''}`],
    [
      'limits',
      `${formatDuration(limits.timeoutMs)}, ${limits.memoryMb} MiB, ${limits.cpuMillis} m CPU, ${limits.outputBytes} bytes of output`,
    ],
    ['used', usage && formatUsage(usage)],
    [
      'runner',
      runner &&
        [runner.kind, runner.warm ? 'warm' : 'cold', runner.job, runner.pod, runner.node]
          .filter(Boolean)
          .join(', '),
    ],
  ];
}

function formatUsage({ wallMs, cpuMs, maxMemoryMb }: NonNullable<Shown['usage']>): string {
  const cpu = cpuMs === null ? '' : `, ${formatDuration(cpuMs)} CPU`;
  const memory = maxMemoryMb === null ? '' : `, ${Math.round(maxMemoryMb)} MiB`;
  return `${formatDuration(wallMs)}${cpu}${memory}`;
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value);
}
