import { type ASTNode, GraphQLError, type ValidationContext } from 'graphql';

/** Which limit an operation goes over, for programs. */
export interface Refusal {
  readonly limit: 'depth' | 'aliases' | 'cost' | 'events';
  readonly got?: number;
  readonly allowed?: number;
}

/** Reports that an operation goes over a limit, with code BAD_USER_INPUT. */
export function refuse(context: ValidationContext, node: ASTNode, message: string, refusal: Refusal): void {
  context.reportError(
    new GraphQLError(message, { nodes: node, extensions: { code: 'BAD_USER_INPUT', ...refusal } }),
  );
}
