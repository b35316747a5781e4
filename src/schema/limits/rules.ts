import type { ParseOptions, ValidationRule } from 'graphql';
import { QUERY_TOKENS } from '../../bounds.ts';
import { aliasesRule } from './aliases.ts';
import { costRule } from './cost.ts';
import { depthRule } from './depth.ts';
import { eventsRule } from './events.ts';

/**
 * What bounds a document before it is executed, on top of graphql's own rules. They look only at the document, so
 * results may be cached by it.
 */
export function validationRules(): ValidationRule[] {
  return [depthRule, aliasesRule, costRule, eventsRule];
}

/** How documents are to be parsed: `validationRules` relies on the bound of tokens, and so do graphql's own rules. */
export const parseOptions: ParseOptions = { maxTokens: QUERY_TOKENS };
