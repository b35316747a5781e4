import { LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH } from '../bounds.ts';
import type { Label as LabelRecord } from '../executions/execution.ts';
import { builder } from './builder.ts';

export const Label = builder.objectRef<LabelRecord>('Label').implement({
  description: 'A name and a value given at submission, to find executions by.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique within its execution.' }),
    value: t.exposeString('value', { description: 'Any text; may be empty.' }),
  }),
});

export const LabelInput = builder.inputType('LabelInput', {
  description: 'A label to attach to an execution, or to filter by.',
  fields: (t) => ({
    name: t.string({ required: true, description: `1 to ${LABEL_NAME_LENGTH} characters.` }),
    value: t.string({ required: true, description: `Up to ${LABEL_VALUE_LENGTH} characters.` }),
  }),
});
