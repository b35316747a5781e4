import type { Stage, Telemetry } from '../../executions/telemetry.ts';

/** Telemetry that reports everything to `counts`, and the stages to `traces` as well. */
export function composeTelemetry(counts: Telemetry, traces: Pick<Telemetry, 'stage'>): Telemetry {
  return {
    submitted: (...args) => counts.submitted(...args),
    refused: (...args) => counts.refused(...args),
    started: (...args) => counts.started(...args),
    firstOutput: (...args) => counts.firstOutput(...args),
    output: (...args) => counts.output(...args),
    ended: (...args) => counts.ended(...args),
    viewers: (...args) => counts.viewers(...args),
    storeOperation: (...args) => counts.storeOperation(...args),
    stage: (stage: Stage) => {
      counts.stage(stage);
      traces.stage(stage);
    },
  };
}
