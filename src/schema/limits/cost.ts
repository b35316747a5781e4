import type { ValidationRule } from 'graphql';
import { QUERY_BYTES, QUERY_FIELD_BYTES } from '../../bounds.ts';
import { measureOperation } from './measure.ts';
import { refuse } from './refusal.ts';

/** Refuses operations whose answer (of a subscription: one event) may bring more than `QUERY_BYTES`. */
export const costRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { bytes } = measureOperation(context, operation);
    if (bytes <= QUERY_BYTES) return;
    const message =
      `Expected an operation that costs up to ${QUERY_BYTES} (bytes its answer may bring, with at least ` +
      `${QUERY_FIELD_BYTES} for each field, times the size of the page), got ${bytes}. Ask for smaller pages ` +
      '(`first`; a variable counts as the most it may be), or leave out `output`, `code` and `chunks`.';
    refuse(context, operation, message, { limit: 'cost', got: bytes, allowed: QUERY_BYTES });
  },
});
