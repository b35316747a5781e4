import { GraphQLError } from 'graphql';

/** The document has no operation of that name, or several (or none) and no name was given. */
export function unknownOperation(name: string | null | undefined): GraphQLError {
  const message = name
    ? `Expected \`operationName\` to name an operation of the document, got ${JSON.stringify(name.slice(0, 64))}.`
    : 'Expected one operation in the document, or an `operationName`, got neither.';
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
