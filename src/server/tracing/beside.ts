import type { Stage, Telemetry } from '../../executions/telemetry.ts';

/** Tells everything to `counts`, and the stages to `traces` as well. */
export function beside(counts: Telemetry, traces: Pick<Telemetry, 'stage'>): Telemetry {
  return {
    submitted: (...told) => counts.submitted(...told),
    refused: (...told) => counts.refused(...told),
    started: (...told) => counts.started(...told),
    firstOutput: (...told) => counts.firstOutput(...told),
    output: (...told) => counts.output(...told),
    ended: (...told) => counts.ended(...told),
    viewers: (...told) => counts.viewers(...told),
    storeOperation: (...told) => counts.storeOperation(...told),
    stage: (stage: Stage) => {
      counts.stage(stage);
      traces.stage(stage);
    },
  };
}
