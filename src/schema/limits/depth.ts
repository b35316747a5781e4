import type { ValidationRule } from 'graphql';
import { QUERY_DEPTH } from '../../bounds.ts';
import { measureOperation } from './measure.ts';
import { refuse } from './refusal.ts';

/** Refuses operations nested deeper than `QUERY_DEPTH`. */
export const depthRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { depth } = measureOperation(context, operation);
    if (depth <= QUERY_DEPTH) return;
    const message = `Expected fields nested up to ${QUERY_DEPTH} levels deep, got ${depth}.`;
    refuse(context, operation, message, { limit: 'depth', got: depth, allowed: QUERY_DEPTH });
  },
});
