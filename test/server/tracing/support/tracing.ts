import { openTracing } from '../../../../src/server/open-tracing.ts';
import type { Tracing } from '../../../../src/server/tracing.ts';

export interface Traced {
  readonly tracing: Tracing;
  /** Lines of the log, from info on. */
  readonly log: { level: string; fields: object; message: string }[];
}

/** Traces of a process called `instanceId`, sent at once. */
export function trace(endpoint: string, instanceId = 'one', options: { flushMs?: number } = {}): Traced {
  const log: Traced['log'] = [];
  const say = (level: string) => (fields: object, message: string) =>
    void log.push({ level, fields, message });
  const logger = { debug() {}, info: say('info'), warn: say('warn'), error: say('error') };
  const tracing = openTracing({
    endpoint,
    headers: { authorization: 'Bearer secret' },
    serviceName: 'podline-test',
    instanceId,
    version: '1.2.3',
    logger,
    delayMs: 1,
    ...options,
  });
  return { tracing, log };
}
