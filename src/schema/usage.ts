import type { RunnerInfo as RunnerInfoRecord, Usage as UsageRecord } from '../executions/execution.ts';
import { builder } from './builder.ts';

export const Usage = builder.objectRef<UsageRecord>('Usage').implement({
  description: 'What a program used from its start to its end.',
  fields: (t) => ({
    wallMs: t.exposeInt('wallMs', { description: 'Time that passed, milliseconds.' }),
    cpuMs: t.exposeInt('cpuMs', {
      nullable: true,
      description: 'Processor time, milliseconds; null when unknown.',
    }),
    maxMemoryMb: t.exposeFloat('maxMemoryMb', {
      nullable: true,
      description: 'The most memory it held at one time, MiB; null when unknown.',
    }),
  }),
});

export const RunnerInfo = builder.objectRef<RunnerInfoRecord>('RunnerInfo').implement({
  description: 'Where an execution runs or ran.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`embedded` or `kubernetes`.' }),
    job: t.exposeString('job', { nullable: true, description: 'Name of the Kubernetes Job.' }),
    pod: t.exposeString('pod', { nullable: true, description: 'Name of the pod.' }),
    node: t.exposeString('node', { nullable: true, description: 'Name of the node.' }),
    warm: t.exposeBoolean('warm', {
      description: 'Whether a sandbox that was ready in advance took it, rather than one made for it.',
    }),
  }),
});
