/**
 * One request to Shopify's Admin GraphQL API as data: its text, its name, and the types of its result and variables.
 * The types are generated from the real schema (generated.ts); a test validates every operation of operations/.
 */
export type OperationKind = "query" | "mutation";

export interface Operation<R, V> {
  /** As the text calls it, unique over all operations: `OrdersById`. */
  readonly name: string;
  readonly kind: OperationKind;
  /** A whole GraphQL document: one named operation, and the fragments that it uses. */
  readonly text: string;
  /** Never set: holds the types of the result and the variables. */
  readonly types?: (variables: V) => R;
}

/** The operation's own line; fragments may stand before or after it. */
const HEAD = /^[ \t]*(query|mutation)[ \t]+([A-Z][A-Za-z0-9]*)/gm;

/**
 * Makes an operation of a GraphQL document that holds exactly one named query or mutation.
 * Throws an Error for any other text: that is a mistake of ours, said when the program starts.
 */
export function operation<R, V>(text: string): Operation<R, V> {
  const heads = [...text.matchAll(HEAD)];
  const [kind, name] = heads[0]?.slice(1) ?? [];
  if (heads.length !== 1 || name === undefined || (kind !== "query" && kind !== "mutation"))
    throw new Error(`an operation needs exactly one named query or mutation: ${text.trim().slice(0, 60)}`);
  return { name, kind, text: withoutRepeats(compact(text)) };
}

/** Indentation is for readers of the source; the shop's time is spent on what it means. */
function compact(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, "\n");
}

/** Fragments are put in by those who use them, so one may stand there several times; GraphQL wants each once. */
function withoutRepeats(text: string): string {
  const definitions = text.split(/\n(?=(?:query|mutation|fragment)[ \t])/);
  return [...new Set(definitions)].join("\n");
}
