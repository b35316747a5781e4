import type { Execution } from './execution.ts';
import type { Stage, Telemetry } from './telemetry.ts';

/** Tells the stages of one execution that this process drives, each when it is over. */
export class Stages {
  readonly #telemetry: Pick<Telemetry, 'stage'>;
  readonly #begunAt = Date.now();
  #firstOutputAt: number | null = null;

  constructor(telemetry: Pick<Telemetry, 'stage'>) {
    this.#telemetry = telemetry;
  }

  /** It was taken from the queue. */
  claimed(execution: Execution): void {
    this.#tell('queue', execution, execution.createdAt, this.#begunAt);
  }

  /** It was taken over from another process. */
  takenOver(execution: Execution): void {
    this.#tell('takeover', execution, this.#begunAt, Date.now());
  }

  /** Its program runs, or it went back to the queue: its status says which. */
  startOver(execution: Execution): void {
    this.#tell('start', execution, this.#begunAt, execution.startedAt ?? Date.now());
  }

  /** The first of its output could be shown; to be called once. */
  shown(at: number): void {
    this.#firstOutputAt = at;
  }

  /** Its end is stored. @param overAt when the runner told the end */
  ended(execution: Execution, overAt: number): void {
    if (execution.startedAt === null) this.#tell('start', execution, this.#begunAt, overAt);
    else this.#tell('run', execution, execution.startedAt, overAt, this.#firstOutputAt);
    const now = Date.now();
    this.#tell('end', execution, overAt, now);
    this.#tell('execution', execution, execution.createdAt, now);
  }

  #tell(
    name: Stage['name'],
    execution: Execution,
    from: number,
    to: number,
    firstOutputAt: number | null = null,
  ): void {
    this.#telemetry.stage(stage(name, execution, from, to, firstOutputAt));
  }
}

/** Tells that an execution was recorded. */
export function tellSubmission(telemetry: Pick<Telemetry, 'stage'>, execution: Execution): void {
  telemetry.stage(stage('submission', execution, execution.createdAt, Date.now()));
}

/** Tells that an execution was cancelled before anybody took it. */
export function tellCancelled(telemetry: Pick<Telemetry, 'stage'>, execution: Execution): void {
  const { createdAt } = execution;
  const now = Date.now();
  telemetry.stage(stage('queue', execution, createdAt, now));
  telemetry.stage(stage('execution', execution, createdAt, now));
}

/** Clocks of several machines meet here: no stage ends before it begins. */
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
