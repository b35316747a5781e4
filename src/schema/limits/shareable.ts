import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { costOf } from './cost.ts';

/**
 * The variables that decide what a subscription's events bring, beside the event itself; null when something else does
 * too: a field that asks the store how things stand now. The document must be valid.
 */
export function variablesOfEvents(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined | null,
): readonly string[] | null {
  const operation = getOperationAST(document, operationName);
  const root = schema.getSubscriptionType();
  if (!operation || !root) return null;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const walk: Walk = { schema, fragments, seen: new Set(), variables: new Set() };
  return isSettled(walk, operation.selectionSet, root, true) ? [...walk.variables] : null;
}

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly seen: Set<SelectionSetNode>;
  readonly variables: Set<string>;
}

/** Arguments of the root field say which event comes, not what it brings. */
function isSettled(walk: Walk, set: SelectionSetNode, parent: GraphQLNamedType, isRoot: boolean): boolean {
  if (walk.seen.has(set)) return true;
  walk.seen.add(set);
  return set.selections.every((selection) => {
    for (const directive of selection.directives ?? []) addVariables(walk, directive);
    if (selection.kind === Kind.FIELD) {
      if (!isRoot) for (const argument of selection.arguments ?? []) addVariables(walk, argument);
      const { selectionSet } = selection;
      if (selection.name.value.startsWith('__')) return !selectionSet;
      const field =
        isObjectType(parent) || isInterfaceType(parent)
          ? parent.getFields()[selection.name.value]
          : undefined;
      if (!field) return false;
      const { lookUps = 0, settledByEvent = false } = costOf(field);
      if (lookUps > 0 && !settledByEvent) return false;
      return !selectionSet || isSettled(walk, selectionSet, getNamedType(field.type), false);
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    if (!fragment) return false;
    const type = fragment.typeCondition && walk.schema.getType(fragment.typeCondition.name.value);
    return isSettled(walk, fragment.selectionSet, type ?? parent, isRoot);
  });
}

function addVariables(walk: Walk, node: Parameters<typeof visit>[0]): void {
  visit(node, { Variable: ({ name }) => void walk.variables.add(name.value) });
}
