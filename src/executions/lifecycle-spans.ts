import type { Execution } from './execution.ts';
import type { Stage, Telemetry } from './telemetry.ts';

/** Records the spans of one active execution's life cycle, each when it is over. */
export class LifecycleSpans {
  readonly #telemetry: Pick<Telemetry, 'stage'>;
  readonly #begunAt = Date.now();
  #firstOutputAt: number | null = null;

  constructor(telemetry: Pick<Telemetry, 'stage'>) {
    this.#telemetry = telemetry;
  }

  /** It was taken from the queue. */
  claimed(execution: Execution): void {
    this.#record('queue', execution, execution.createdAt, this.#begunAt);
  }

  /** It was adopted from another process. */
  adopted(execution: Execution): void {
    this.#record('adoption', execution, this.#begunAt, Date.now());
  }

  /** Its program runs, or it was requeued: its status says which. */
  startEnded(execution: Execution): void {
    this.#record('start', execution, this.#begunAt, execution.startedAt ?? Date.now());
  }

  /** Viewers could get its first output; to be called once. */
  firstOutput(at: number): void {
    this.#firstOutputAt = at;
  }

  /** Its end is stored. @param overAt when the runner reported the end */
  ended(execution: Execution, overAt: number): void {
    if (execution.startedAt === null) this.#record('start', execution, this.#begunAt, overAt);
    else this.#record('run', execution, execution.startedAt, overAt, this.#firstOutputAt);
    const now = Date.now();
    this.#record('end', execution, overAt, now);
    this.#record('execution', execution, execution.createdAt, now);
  }

  #record(
    name: Stage['name'],
    execution: Execution,
    from: number,
    to: number,
    firstOutputAt: number | null = null,
  ): void {
    this.#telemetry.stage(stage(name, execution, from, to, firstOutputAt));
  }
}

/** Records the span of a submission. */
export function recordSubmission(telemetry: Pick<Telemetry, 'stage'>, execution: Execution): void {
  telemetry.stage(stage('submission', execution, execution.createdAt, Date.now()));
}

/** Records the spans of an execution that was cancelled in the queue. */
export function recordCancelled(telemetry: Pick<Telemetry, 'stage'>, execution: Execution): void {
  const { createdAt } = execution;
  const now = Date.now();
  telemetry.stage(stage('queue', execution, createdAt, now));
  telemetry.stage(stage('execution', execution, createdAt, now));
}

/** Times come from the clocks of several machines: no span ends before it begins. */
function stage(
  name: Stage['name'],
  execution: Execution,
  from: number,
  to: number,
  firstOutputAt: number | null = null,
): Stage {
  const { id, language, status, endReason, exitCode, runner, epoch } = execution;
  const staged = { id, language, status, endReason, exitCode, runner, epoch };
  return { name, execution: staged, from, to: Math.max(from, to), firstOutputAt };
}
