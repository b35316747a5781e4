import { GraphQLError, type GraphQLField, type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import { RESPONSE_BYTES } from '../../bounds.ts';
import type { SchemaContext } from '../context.ts';
import { asTopLevel } from '../failures.ts';

/** What a field may bring, beyond the cost of any field; read by `rules.ts`. */
export interface Cost {
  /** Bytes of text, at most or, where the maximum is far from what is usual, as `bounds.ts` says. */
  readonly bytes?: number;
  /** Requests to the store each time it is resolved. */
  readonly lookUps?: number;
  /** Whether those always get the same answer for one event: what was printed up to it does not change. */
  readonly settledByEvent?: boolean;
  /** For a list without a page size: how many items are counted. */
  readonly items?: number;
  /** For a field with a page size `first`: its maximum. */
  readonly page?: { readonly max: number };
  /** Whether it may not be asked for within a subscription's event. */
  readonly refusedInEvents?: boolean;
}

const KEY = 'podlineCost';

/** The `extensions` of a field with this cost. */
export function cost(cost: Cost): { readonly [KEY]: Cost } {
  return { [KEY]: cost };
}

export function costOf(field: GraphQLField<unknown, unknown>): Cost {
  const cost = field.extensions[KEY];
  return typeof cost === 'object' && cost !== null ? cost : NONE;
}

const NONE: Cost = {};

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
