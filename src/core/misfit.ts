/** What does not fit a shape that was expected from outside, in words for people. */

/** As schema libraries tell it. */
export interface ShapeError {
  readonly issues: readonly {
    readonly path: readonly PropertyKey[];
    readonly code?: string;
    readonly message: string;
    readonly input?: unknown;
  }[];
}

export interface Misfit {
  /** e.g. `line_items[0].total`; `it` for the whole. */
  readonly field: string;
  readonly why: string;
}

/** The first thing that does not fit, in words that go behind the field's name. */
export function misfitOf({ issues }: ShapeError): Misfit {
  const [issue] = issues;
  if (issue === undefined) return { field: "it", why: "does not fit" };
  const path = issue.path.reduce<string>((done, part) => {
    if (typeof part === "number") return `${done}[${part}]`;
    return done === "" ? String(part) : `${done}.${String(part)}`;
  }, "");
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  return { field: path === "" ? "it" : path, why: isMissing ? "is missing" : issue.message };
}
