import { type Execution, type ExecutionStatus, hasEnded } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import { isExecutionId } from '../../executions/id.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';

/** The original service's words for where an execution stands. */
const STATUS: { readonly [status in ExecutionStatus]: string } = {
  QUEUED: 'queued',
  STARTING: 'running',
  RUNNING: 'running',
  SUCCEEDED: 'success',
  FAILED: 'failed',
  CANCELLED: 'failed',
};

/** `GET /result/<id>`: the execution with its whole output so far. */
export function resultRoute(executions: ExecutionsApi): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const execution = await executions.get(exchange.requireCaller(), executionIdOf(exchange));
    if (execution === null) throw unknownExecution(executionIdOf(exchange));
    const output = await executions.outputText(execution);
    replyJson(exchange.response, 200, {
      execution_id: execution.id,
      code: execution.code,
      output: output === '' && !hasEnded(execution) ? null : output,
      timestamp: new Date(execution.createdAt).toISOString(),
      ...describeEnd(execution),
    });
  };
  return {
    name: 'result',
    path: '/result/:id',
    access: 'caller',
    methods: { GET: answer, HEAD: answer },
  };
}

/** How an execution stands: `status`, and once it has ended how that came about; `error` unless it succeeded. */
export function describeEnd(execution: Execution): Record<string, unknown> {
  const status = STATUS[execution.status];
  if (!hasEnded(execution)) return { status };
  const { exitCode, endReason, message } = execution;
  return {
    status,
    exit_code: exitCode,
    end_reason: endReason,
    ...(status === 'failed' ? { error: message ?? `The program ended with exit code ${exitCode}.` } : {}),
  };
}

/** The id in the path. @throws HttpError 404 when it cannot be one */
export function executionIdOf({ params }: Exchange): string {
  const id = params['id'] ?? '';
  if (!isExecutionId(id)) throw unknownExecution(id);
  return id;
}

function unknownExecution(id: string): HttpError {
  return new HttpError(
    404,
    'NOT_FOUND',
    `Expected the id of one of your executions, got ${JSON.stringify(id.slice(0, 64))}.`,
  );
}
