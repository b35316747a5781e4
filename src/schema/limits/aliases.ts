import type { ValidationRule } from 'graphql';
import { QUERY_ALIASES } from '../../bounds.ts';
import { measureOperation } from './measure.ts';
import { refuse } from './refusal.ts';

/** Refuses operations with more than `QUERY_ALIASES` fields under another name, each use of a fragment counted. */
export const aliasesRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { aliases } = measureOperation(context, operation);
    if (aliases <= QUERY_ALIASES) return;
    const message = `Expected up to ${QUERY_ALIASES} aliases, got ${aliases}.`;
    refuse(context, operation, message, { limit: 'aliases', got: aliases, allowed: QUERY_ALIASES });
  },
});
