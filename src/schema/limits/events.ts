import { OperationTypeNode, type ValidationRule } from 'graphql';
import { measureOperation } from './measure.ts';
import { refuse } from './refusal.ts';

/** Refuses a whole `output` within a subscription: every event would bring all the text again, to every viewer. */
export const eventsRule: ValidationRule = (context) => ({
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
