import {
  type ASTNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ParseOptions,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import {
  QUERY_ALIASES,
  QUERY_BYTES,
  QUERY_DEPTH,
  QUERY_FIELD_BYTES,
  QUERY_LOOK_UP_BYTES,
  QUERY_TOKENS,
} from '../../bounds.ts';
import { type Cost, costOf } from './cost.ts';

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

/** How many items the lists of introspection count as: about what this schema has on average. */
const ITEMS: { readonly [field: string]: number } = {
  types: 64,
  directives: 8,
  fields: 8,
  inputFields: 4,
  enumValues: 4,
  args: 2,
  possibleTypes: 2,
  interfaces: 1,
};

/** Items of a field of an introspection type (`__Schema`, `__Type`, …); 1 for every other field. */
function introspectionItems(parent: GraphQLNamedType | null | undefined, field: string): number {
  return parent?.name.startsWith('__') ? (ITEMS[field] ?? 1) : 1;
}

/**
 * The page size a field is asked with: its `first` as written, or its default. A variable counts as its maximum,
 * because a document is validated once for all its variables.
 */
function pageSize(field: GraphQLField<unknown, unknown>, node: FieldNode, max: number): number {
  const fallback = Number(field.args.find(({ name }) => name === 'first')?.defaultValue ?? max);
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (!value || value.kind === Kind.NULL) return fallback;
  const written = value.kind === Kind.INT ? Number(value.value) : max;
  // Out of range is refused when it is resolved; here it must not make anything cheaper.
  return written >= 1 && written <= max ? written : max;
}

/** What a selection asks for, everything its fragments bring included. */
interface Measure {
  /** Bytes that resolving it once may bring: sums of fields, times the sizes of pages and lists. */
  readonly bytes: number;
  /** Levels of fields; what is below `__schema` and `__type` is not counted, its cost bounds it. */
  readonly depth: number;
  readonly aliases: number;
  /** A field within that no subscription event may bring. */
  readonly refusedInEvents: FieldNode | null;
}

const NOTHING: Measure = { bytes: 0, depth: 0, aliases: 0, refusedInEvents: null };

/**
 * Measures an operation of a document that may not be valid: what other rules report counts little. Each selection is
 * measured once however often its fragment is spread, so fragments that multiply cost nothing to measure; one that
 * spreads itself counts nothing where it comes again.
 */
function measureOperation(context: ValidationContext, operation: OperationDefinitionNode): Measure {
  const schema = context.getSchema();
  const walk = walks.get(context) ?? {
    schema,
    fragment: (name) => context.getFragment(name),
    measures: new Map(),
  };
  walks.set(context, walk);
  return measureSelections(walk, operation.selectionSet, schema.getRootType(operation.operation));
}

/** Shared by the rules, so that a document is walked once. */
const walks = new WeakMap<ValidationContext, Walk>();

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragment: (name: string) => FragmentDefinitionNode | null | undefined;
  readonly measures: Map<SelectionSetNode, Measure>;
}

type Parent = GraphQLNamedType | null | undefined;

function measureSelections(walk: Walk, set: SelectionSetNode, parent: Parent): Measure {
  const known = walk.measures.get(set);
  if (known) return known;
  walk.measures.set(set, NOTHING);
  let sum = NOTHING;
  for (const selection of set.selections) {
    const { bytes, depth, aliases, refusedInEvents } = measureSelection(walk, selection, parent);
    sum = {
      bytes: sum.bytes + bytes,
      depth: Math.max(sum.depth, depth),
      aliases: sum.aliases + aliases,
      refusedInEvents: sum.refusedInEvents ?? refusedInEvents,
    };
  }
  walk.measures.set(set, sum);
  return sum;
}

function measureSelection(walk: Walk, selection: SelectionNode, parent: Parent): Measure {
  if (selection.kind === Kind.FIELD) return measureField(walk, selection, parent);
  const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragment(selection.name.value) : selection;
  if (!fragment) return NOTHING;
  const condition = fragment.typeCondition;
  return measureSelections(
    walk,
    fragment.selectionSet,
    condition ? walk.schema.getType(condition.name.value) : parent,
  );
}

function measureField(walk: Walk, node: FieldNode, parent: Parent): Measure {
  const name = node.name.value;
  const field = fieldOf(parent, name);
  const cost: Cost = field ? costOf(field) : {};
  const below = node.selectionSet
    ? measureSelections(walk, node.selectionSet, field && getNamedType(field.type))
    : NOTHING;
  const items =
    cost.page && field
      ? pageSize(field, node, cost.page.max)
      : (cost.items ?? introspectionItems(parent, name));
  const own = QUERY_FIELD_BYTES + (cost.bytes ?? 0) + (cost.lookUps ?? 0) * QUERY_LOOK_UP_BYTES;
  return {
    bytes: own + items * below.bytes,
    depth: 1 + (name.startsWith('__') ? 0 : below.depth),
    aliases: (node.alias && node.alias.value !== name ? 1 : 0) + below.aliases,
    refusedInEvents: cost.refusedInEvents ? node : below.refusedInEvents,
  };
}

function fieldOf(parent: Parent, name: string) {
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
