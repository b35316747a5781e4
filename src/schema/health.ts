import type { HealthCheck as HealthCheckRecord, HealthReport } from '../executions/health.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { topLevel } from './failures.ts';
import { cost } from './limits/cost.ts';

const HealthStatus = builder.enumType('HealthStatus', {
  description: 'The health of the service, or of one of its parts.',
  values: {
    HEALTHY: { description: 'Everything works.' },
    DEGRADED: { description: 'It answers, but a part it needs is unavailable or slow.' },
    UNHEALTHY: { description: 'It can neither run programs nor store records now.' },
  } as const,
});

const HealthCheck = builder.objectRef<HealthCheckRecord>('HealthCheck').implement({
  description: 'The check of one part that the service needs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The part that was checked: `store` or `runner`.' }),
    status: t.expose('status', { type: HealthStatus, description: 'The result.' }),
    latencyMs: t.exposeFloat('latencyMs', { description: 'How long the check took, milliseconds.' }),
    message: t.exposeString('message', {
      nullable: true,
      description:
        'A sentence that says what is wrong, or how programs are isolated; null when there is nothing to say.',
    }),
  }),
});

const Health = builder.objectRef<HealthReport>('Health').implement({
  description: 'The health of the service. `status` needs no key, the other fields do.',
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
      description: 'Executions running now, of all callers.',
      resolve: (report, _args, context) => {
        callerOf(context);
        return report.running;
      },
    }),
    queued: t.int({
      description: 'Executions queued now, of all callers.',
      resolve: (report, _args, context) => {
        callerOf(context);
        return report.queued;
      },
    }),
    checks: t.field({
      type: [HealthCheck],
      description: 'The checks behind the status.',
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
    description: 'The health of this server. `health { status }` needs no key.',
    extensions: cost({ lookUps: 1 }),
    resolve: (_root, _args, context) => topLevel(context.executions.health()),
  }),
);
