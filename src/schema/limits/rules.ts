import {
  type ASTNode,
  GraphQLError,
  OperationTypeNode,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { QUERY_ALIASES, QUERY_BYTES, QUERY_DEPTH, QUERY_FIELD_BYTES, QUERY_TOKENS } from '../../bounds.ts';
import { measureOperation } from './measure.ts';

/** Which limit an operation goes over, for programs. */
interface Refusal {
  readonly limit: 'depth' | 'aliases' | 'cost' | 'events';
  readonly got?: number;
  readonly allowed?: number;
}

/** Reports that an operation goes over a limit, with code BAD_USER_INPUT. */
function refuse(context: ValidationContext, node: ASTNode, message: string, refusal: Refusal): void {
  context.reportError(
    new GraphQLError(message, { nodes: node, extensions: { code: 'BAD_USER_INPUT', ...refusal } }),
  );
}

/** Refuses operations nested deeper than `QUERY_DEPTH`. */
const depthRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { depth } = measureOperation(context, operation);
    if (depth <= QUERY_DEPTH) return;
    const message = `Expected fields nested up to ${QUERY_DEPTH} levels deep, got ${depth}.`;
    refuse(context, operation, message, { limit: 'depth', got: depth, allowed: QUERY_DEPTH });
  },
});

/** Refuses operations with more than `QUERY_ALIASES` fields under another name, each use of a fragment counted. */
const aliasesRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { aliases } = measureOperation(context, operation);
    if (aliases <= QUERY_ALIASES) return;
    const message = `Expected up to ${QUERY_ALIASES} aliases, got ${aliases}.`;
    refuse(context, operation, message, { limit: 'aliases', got: aliases, allowed: QUERY_ALIASES });
  },
});

/** Refuses operations whose response (of a subscription: one event) may have more than `QUERY_BYTES`. */
const costRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { bytes } = measureOperation(context, operation);
    if (bytes <= QUERY_BYTES) return;
    const message =
      `Expected an operation that costs up to ${QUERY_BYTES} (bytes its response may have, with at least ` +
      `${QUERY_FIELD_BYTES} for each field, times the size of the page), got ${bytes}. Ask for smaller pages ` +
      '(`first`; a variable counts as its maximum), or leave out `output`, `code` and `chunks`.';
    refuse(context, operation, message, { limit: 'cost', got: bytes, allowed: QUERY_BYTES });
  },
});

/** Refuses a whole `output` within a subscription: every event would bring all the text again, to every viewer. */
const eventsRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
    const { refusedInEvents: field } = measureOperation(context, operation);
    if (field === null) return;
    const message =
      `Expected a subscription without \`${field.name.value}\` of an execution, got one that would bring the whole ` +
      'text again with every event. Subscribe to `output(id, after) { chunks { text } cursor ended }` for what is ' +
      'new, or query `execution(id) { output }`.';
    refuse(context, field, message, { limit: 'events' });
  },
});

/**
 * What bounds a document before it is executed, on top of graphql's own rules. They look only at the document, so
 * results may be cached by it.
 */
export function validationRules(): ValidationRule[] {
  return [depthRule, aliasesRule, costRule, eventsRule];
}

/** How documents are to be parsed: `validationRules` relies on the bound of tokens, and so do graphql's own rules. */
export const parseOptions: ParseOptions = { maxTokens: QUERY_TOKENS };
