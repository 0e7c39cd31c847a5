/** Ends a switch over a union: the type system says when a case is missing; a value from outside the types is a bug. */
export function unreachable(value: never): never {
  throw new Error(`no case for ${JSON.stringify(value)}`);
}
