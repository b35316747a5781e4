import { GraphQLError, type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import { RESPONSE_BYTES } from '../../bounds.ts';
import type { SchemaContext } from '../context.ts';
import { asTopLevel } from '../failures.ts';

/** Bytes charged to each execution of a document; its coerced variables are the one object made for it alone. */
const charged = new WeakMap<GraphQLResolveInfo['variableValues'], number>();

/**
 * Counts text that goes into a response, bytes as UTF-8; negative gives back what was counted too much. Events of a
 * subscription are not counted: they are bounded one by one, and there is no end to how many there are.
 * @throws GraphQLError BAD_USER_INPUT when the response would carry more than `RESPONSE_BYTES` of text, UNAVAILABLE when
 * all responses under way would carry more than they may
 */
export function chargeBytes(
  info: GraphQLResolveInfo,
  { answer }: Pick<SchemaContext, 'answer'>,
  bytes: number,
): void {
  if (info.operation.operation === OperationTypeNode.SUBSCRIPTION) return;
  const total = (charged.get(info.variableValues) ?? 0) + bytes;
  charged.set(info.variableValues, total);
  if (total <= RESPONSE_BYTES) {
    count(answer, bytes);
    return;
  }
  throw new GraphQLError(
    `Expected a response of up to ${RESPONSE_BYTES} bytes of output and code, got ${total} with this field. ` +
      'Ask for fewer executions at once, or for `chunks` a page at a time.',
    { extensions: { code: 'BAD_USER_INPUT', limit: 'bytes', got: total, allowed: RESPONSE_BYTES } },
  );
}

function count(answer: SchemaContext['answer'], bytes: number): void {
  try {
    answer.add(bytes);
  } catch (error) {
    throw asTopLevel(error);
  }
}
