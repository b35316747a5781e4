import type { ServerResponse } from 'node:http';
import { EVENT_BYTES } from '../../bounds.ts';
import { type Execution, type ExecutionStatus, hasEnded } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import { isExecutionId } from '../../executions/id.ts';
import type { AnswerBudget } from '../budgets.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { hasBeenRead, replyJson } from '../http/reply.ts';
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

/** Outputs up to this size, bytes, are answered whole; of greater ones a piece is in memory at a time. */
const WHOLE_BYTES = EVENT_BYTES;
/** What may be in memory of an answer that is written piece by piece: a piece as JSON, and what is not read of it. */
const UNDER_WAY_BYTES = 4 * EVENT_BYTES;

/** `GET /result/<id>`: the execution with its whole output so far. */
export function resultRoute(executions: ExecutionsApi, answers: AnswerBudget): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const { response } = exchange;
    const caller = exchange.requireCaller();
    const execution = await executions.get(caller, executionIdOf(exchange));
    if (execution === null) throw unknownExecution(executionIdOf(exchange));
    const counted = answers.open(caller);
    response.once('close', () => counted.release());
    const { bytes } = await executions.output.summary(execution);
    counted.add(execution.code.length + Math.min(bytes, UNDER_WAY_BYTES));
    const before = { execution_id: execution.id, code: execution.code };
    const after = { timestamp: new Date(execution.createdAt).toISOString(), ...describeEnd(execution) };
    const pieces = await executions.output.pieces(execution);
    if (bytes > WHOLE_BYTES) {
      await replyResult(response, { before, after, output: pieces });
      return;
    }
    const output = (await Array.fromAsync(pieces)).join('');
    replyJson(response, 200, {
      ...before,
      output: output === '' && !hasEnded(execution) ? null : output,
      ...after,
    });
  };
  return {
    name: 'result',
    path: '/result/:id',
    access: 'user',
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
    // Records of older versions have no message for an exit code.
    ...(status === 'failed' ? { error: message ?? `The program exited with code ${exitCode}.` } : {}),
  };
}

/** The id in the path. @throws HttpError 404 when it cannot be one */
export function executionIdOf({ params }: Exchange): string {
  const id = params['id'] ?? '';
  if (!isExecutionId(id)) throw unknownExecution(id);
  return id;
}

/** No execution of the caller has that id: 404. */
export function unknownExecution(id: string): HttpError {
  return new HttpError(
    404,
    'NOT_FOUND',
    `Expected the id of one of your executions, got ${JSON.stringify(id.slice(0, 64))}.`,
  );
}

/** A JSON object whose `output` is written piece by piece. */
interface ResultParts {
  /** Fields before and after `output`; at least one each. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly output: AsyncIterator<string>;
}

/**
 * Writes the object as the client reads it, so that no more than a piece of it is in memory. Its length is not known in
 * advance: a client sees by the chunked encoding whether it got all.
 * @throws what reading the output throws; the response is then not ended
 */
async function replyResult(response: ServerResponse, { before, after, output }: ResultParts): Promise<void> {
  response.writeHead(200, { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
  let text = `${JSON.stringify(before).slice(0, -1)},"output":"`;
  for (let next = await output.next(); !next.done; next = await output.next()) {
    text += JSON.stringify(next.value).slice(1, -1);
    if (!response.write(text)) await hasBeenRead(response);
    if (response.destroyed) {
      await output.return?.();
      return;
    }
    text = '';
  }
  response.end(`${text}",${JSON.stringify(after).slice(1)}`);
}
