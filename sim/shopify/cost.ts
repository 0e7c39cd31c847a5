/**
 * What a request costs. Shopify publishes the principle (objects cost, connections by how many are asked for, mutations ten)
 * and not the numbers; these follow what shops were seen to report in 2025: one point for each object that has an id, none
 * for values such as money, a connection two and its node's cost times twice the natural logarithm of what is asked for, things
 * by a list of ids as much as a page of them, ten flat for a mutation. An assumption where Shopify is silent: clients must trust only what an answer says.
 */
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
  type FieldNode,
} from "graphql";
import type { Prepared } from "./schema.ts";

const MUTATION_POINTS = 10;
const CONNECTION_POINTS = 2;
const OBJECT_POINTS = 1;

type Variables = Readonly<Record<string, unknown>>;
/** Of what was answered; undefined: not asked yet, so that the most is counted. */
type Data = unknown;

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
}

/** Before it is carried out (`data` undefined) or by what was answered. */
export function costOf(
  schema: GraphQLSchema,
  { document, operation }: Prepared,
  variables: Variables,
  data?: Data,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  if (operation.operation === OperationTypeNode.MUTATION)
    return operation.selectionSet.selections.filter(({ kind }) => kind === Kind.FIELD).length * MUTATION_POINTS;
  const root = schema.getQueryType();
  if (!root) throw new Error("the schema has no queries");
  const walk = { schema, fragments, variables };
  return Math.max(OBJECT_POINTS, Math.ceil(selectionCost(walk, operation.selectionSet, root, data)));
}

/** How much more a longer page costs: 1, 4 for ten, 9 for a hundred, 11 for 250. */
function pageFactor(items: number): number {
  if (items <= 0) return 0;
  return Math.max(1, Math.floor(2 * Math.log(items)));
}

function selectionCost(walk: Walk, set: SelectionSetNode, parent: GraphQLCompositeType, data: Data): number {
  let total = 0;
  let dearest = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      total += fieldCost(walk, selection, parent, data);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) continue;
    const name = fragment.typeCondition?.name.value;
    const type = name === undefined ? parent : walk.schema.getType(name);
    if (type === undefined || !isCompositeType(type)) continue;
    const cost = selectionCost(walk, fragment.selectionSet, type, data);
    // Only one of several possible types can come.
    if (isAbstractType(parent) && type !== parent) dearest = Math.max(dearest, cost);
    else total += cost;
  }
  return total + dearest;
}

function fieldCost(walk: Walk, node: FieldNode, parent: GraphQLCompositeType, data: Data): number {
  if (node.name.value.startsWith("__") || node.selectionSet === undefined || !("getFields" in parent)) return 0;
  const field = parent.getFields()[node.name.value];
  const type = field === undefined ? undefined : getNamedType(field.type);
  if (type === undefined || !isCompositeType(type)) return 0;
  const value =
    data === undefined ? undefined : (data as Record<string, unknown> | null)?.[node.alias?.value ?? node.name.value];
  if (data !== undefined && value === undefined) return 0;
  if (type.name.endsWith("Connection")) return connectionCost(walk, node, type, value);
  if (node.name.value === "nodes" && parent === walk.schema.getQueryType()) return idsCost(walk, node, type, value);
  const own = hasId(type) ? OBJECT_POINTS : 0;
  if (value === null) return own;
  if (Array.isArray(value)) {
    if (value.length === 0) return 0;
    return (
      own + Math.max(...value.map((one) => selectionCost(walk, node.selectionSet as SelectionSetNode, type, one ?? {})))
    );
  }
  return own + selectionCost(walk, node.selectionSet, type, value);
}

/** `nodes(ids:)`. What was not found costs nothing; what was found is of one type, so the dearest stands for all. */
function idsCost(walk: Walk, node: FieldNode, type: GraphQLCompositeType, value: Data): number {
  const set = node.selectionSet as SelectionSetNode;
  if (!Array.isArray(value))
    return pageFactor(idsOf(walk, node)) * (OBJECT_POINTS + selectionCost(walk, set, type, undefined));
  const found = value.filter((one) => one !== null);
  if (found.length === 0) return 0;
  const dearest = Math.max(...found.map((one) => selectionCost(walk, set, type, one)));
  return pageFactor(found.length) * (OBJECT_POINTS + dearest);
}

function idsOf({ variables }: Walk, { arguments: given = [] }: FieldNode): number {
  const ids = given.find(({ name }) => name.value === "ids")?.value;
  if (ids?.kind === Kind.LIST) return ids.values.length;
  const value = ids?.kind === Kind.VARIABLE ? variables[ids.name.value] : undefined;
  return Array.isArray(value) ? value.length : 1;
}

function connectionCost(walk: Walk, node: FieldNode, type: GraphQLCompositeType, value: Data): number {
  const set = node.selectionSet as SelectionSetNode;
  if (value === undefined)
    return CONNECTION_POINTS + pageFactor(sizeOf(walk, node)) * partsCost(walk, set, type, undefined);
  const { nodes, edges } = nodesOf(set, value);
  const count = Math.max(nodes.length, edges.length);
  if (count === 0) return CONNECTION_POINTS;
  const each = [...nodes.map((one) => ({ nodes: [one] })), ...edges.map((one) => ({ edges: [one] }))];
  const sum = each.reduce((cost, one) => cost + partsCost(walk, set, type, one), 0);
  return CONNECTION_POINTS + (pageFactor(count) / count) * sum;
}

function nodesOf(set: SelectionSetNode, value: Data): { nodes: readonly unknown[]; edges: readonly unknown[] } {
  const found: { nodes: readonly unknown[]; edges: readonly unknown[] } = { nodes: [], edges: [] };
  for (const selection of set.selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const list = (value as Record<string, unknown> | null)?.[selection.alias?.value ?? selection.name.value];
    if (!Array.isArray(list)) continue;
    if (selection.name.value === "nodes") found.nodes = list;
    if (selection.name.value === "edges") found.edges = list;
  }
  return found;
}

/** Of one node, however it is reached: `nodes`, or `edges` and its `node`. */
function partsCost(walk: Walk, set: SelectionSetNode, type: GraphQLCompositeType, data: Data): number {
  if (!isObjectType(type)) return 0;
  let total = 0;
  for (const selection of set.selections) {
    if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
    const name = selection.name.value;
    const list = (data as Record<string, unknown[]> | undefined)?.[name];
    if (data !== undefined && list === undefined) continue;
    const one = list?.[0];
    const part = type.getFields()[name];
    const partType = part === undefined ? undefined : getNamedType(part.type);
    if (partType === undefined || !isCompositeType(partType)) continue;
    if (name === "nodes")
      total += (hasId(partType) ? OBJECT_POINTS : 0) + selectionCost(walk, selection.selectionSet, partType, one);
    else if (name === "edges") total += selectionCost(walk, selection.selectionSet, partType, one);
  }
  return total;
}

function hasId(type: GraphQLCompositeType): boolean {
  if (isInterfaceType(type)) return "id" in type.getFields();
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node");
}

function sizeOf({ variables }: Walk, { arguments: given = [] }: FieldNode): number {
  const size = given.find(({ name }) => name.value === "first" || name.value === "last")?.value;
  if (size?.kind === Kind.INT) return Number(size.value);
  const value = size?.kind === Kind.VARIABLE ? variables[size.name.value] : undefined;
  return typeof value === "number" ? value : 0;
}
