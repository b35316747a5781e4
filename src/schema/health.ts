import type { HealthCheck as HealthCheckRecord, HealthReport } from '../executions/health.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { topLevel } from './failures.ts';
import { cost } from './limits/weight.ts';

const HealthStatus = builder.enumType('HealthStatus', {
  description: 'How well the service can do its work.',
  values: {
    HEALTHY: { description: 'Everything works.' },
    DEGRADED: { description: 'It answers, and some of what it needs is away or slow.' },
    UNHEALTHY: { description: 'It cannot run programs or keep records now.' },
  } as const,
});

const HealthCheck = builder.objectRef<HealthCheckRecord>('HealthCheck').implement({
  description: 'One thing the service needs, and how it is.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What was looked at: the store, the runner.' }),
    status: t.expose('status', { type: HealthStatus, description: 'What was found.' }),
    latencyMs: t.exposeFloat('latencyMs', { description: 'How long the answer took, milliseconds.' }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What is wrong, in a sentence; null when nothing is.',
    }),
  }),
});

const Health = builder.objectRef<HealthReport>('Health').implement({
  description: 'The state of the service. `status` is open to everyone, the rest to callers with a key.',
  fields: (t) => ({
    status: t.expose('status', { type: HealthStatus, description: 'The worst of the checks that count.' }),
    version: t.string({
      description: 'The version of this server.',
      resolve: (_report, _args, context) => {
        callerOf(context);
        return context.service.version;
      },
    }),
    uptimeSeconds: t.int({
      description: 'Whole seconds since this process started.',
      resolve: (_report, _args, context) => {
        callerOf(context);
        return Math.floor(context.service.uptimeSeconds());
      },
    }),
    running: t.int({
      description: 'Executions under way now, of all callers.',
      resolve: (report, _args, context) => {
        callerOf(context);
        return report.running;
      },
    }),
    queued: t.int({
      description: 'Executions that wait now, of all callers.',
      resolve: (report, _args, context) => {
        callerOf(context);
        return report.queued;
      },
    }),
    checks: t.field({
      type: [HealthCheck],
      description: 'What the status is made of.',
      extensions: cost({ items: 8 }),
      resolve: (report, _args, context) => {
        callerOf(context);
        return report.checks;
      },
    }),
  }),
});

builder.queryField('health', (t) =>
  t.field({
    type: Health,
    description: 'How this server is. `health { status }` needs no key.',
    extensions: cost({ lookUps: 1 }),
    resolve: (_root, _args, context) => topLevel(context.executions.health()),
  }),
);
