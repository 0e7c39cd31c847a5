/**
 * Reads and checks parameters as WordPress does: every wrong one is named in one refusal, in the order of the route's
 * own list, with the words of a real answer.
 */
import { Refusal, Unsupported, type Request } from "./api.ts";
import type { Site } from "./links.ts";

export type Rule =
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  /** A comma list, each one of these. */
  | { readonly kind: "enums"; readonly values: readonly string[] }
  | { readonly kind: "boolean" }
  | { readonly kind: "text" }
  | { readonly kind: "array" }
  | { readonly kind: "object" };

export type Rules = Readonly<Record<string, Rule>>;

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly data: unknown;
}

/** Throws what the shop answers to wrong parameters, and Unsupported for those that are not simulated. */
export function check(given: Readonly<Record<string, unknown>>, rules: Rules, where: string): void {
  const strange = Object.keys(given).filter((name) => rules[name] === undefined);
  if (strange.length > 0) throw new Unsupported(`${where} with ${strange.join(", ")}`);
  const problems = new Map<string, Problem>();
  for (const [name, rule] of Object.entries(rules)) {
    const value = given[name];
    const problem = value === undefined ? null : problemOf(name, value, rule);
    if (problem !== null) problems.set(name, problem);
  }
  if (problems.size === 0) return;
  const names = [...problems.keys()].join(", ");
  const params = Object.fromEntries([...problems].map(([name, { message }]) => [name, message]));
  throw new Refusal(400, "rest_invalid_param", `Invalid parameter(s): ${names}`, {
    params,
    details: Object.fromEntries(problems),
  });
}

function problemOf(name: string, value: unknown, rule: Rule): Problem | null {
  switch (rule.kind) {
    case "integer":
      return integerProblem(name, value, rule);
    case "enum":
      return rule.values.includes(String(value)) ? null : enumProblem(name, name, rule.values);
    case "enums": {
      const wrong = String(value)
        .split(",")
        .findIndex((item) => !rule.values.includes(item));
      return wrong === -1 ? null : enumProblem(name, `${name}[${wrong}]`, rule.values);
    }
    case "boolean":
      return [true, false, "true", "false", "1", "0", 1, 0].some((known) => known === value)
        ? null
        : typeProblem(name, "boolean");
    case "text":
      return typeof value === "string" ? null : typeProblem(name, "string");
    case "array":
      return Array.isArray(value) ? null : typeProblem(name, "array");
    default:
      return typeof value === "object" && value !== null && !Array.isArray(value) ? null : typeProblem(name, "object");
  }
}

/** A text that is a whole number will do. */
export function isInteger(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return typeof value === "string" && /^[+-]?\d+(\.0*)?$/.test(value.trim());
}

function integerProblem(
  name: string,
  value: unknown,
  { min, max }: { readonly min?: number; readonly max?: number },
): Problem | null {
  if (!isInteger(value)) return typeProblem(name, "integer");
  const number = Number(value);
  const bounded = min !== undefined && max !== undefined;
  if ((min === undefined || number >= min) && (max === undefined || number <= max)) return null;
  const bounds = bounded
    ? `between ${min} (inclusive) and ${max} (inclusive)`
    : `greater than or equal to ${min ?? ""}`;
  return { code: "rest_out_of_bounds", message: `${name} must be ${bounds}`, data: null };
}

function typeProblem(name: string, type: string): Problem {
  return { code: "rest_invalid_type", message: `${name} is not of type ${type}.`, data: { param: name } };
}

function enumProblem(_name: string, place: string, values: readonly string[]): Problem {
  const [last, ...before] = values.toReversed();
  const list = before.length === 0 ? (last ?? "") : `${before.toReversed().join(", ")}, and ${last ?? ""}`;
  return { code: "rest_not_in_enum", message: `${place} is not one of ${list}.`, data: null };
}

/** Parameters that every list takes. */
export const LIST_RULES = {
  context: { kind: "enum", values: ["view", "edit"] },
  page: { kind: "integer", min: 1 },
  per_page: { kind: "integer", min: 1, max: 100 },
  search: { kind: "text" },
  after: { kind: "text" },
  before: { kind: "text" },
  modified_after: { kind: "text" },
  modified_before: { kind: "text" },
  dates_are_gmt: { kind: "boolean" },
  include: { kind: "text" },
  order: { kind: "enum", values: ["asc", "desc"] },
  _fields: { kind: "text" },
} as const satisfies Rules;

export function checkQuery({ query, method, path }: Request, rules: Rules): void {
  check(Object.fromEntries([...query].filter(([name]) => !name.startsWith("oauth_"))), rules, `${method} ${path}`);
}

export function paging({ query }: Request): { page: number; perPage: number } {
  return { page: Number(query.get("page") ?? 1), perPage: Number(query.get("per_page") ?? 10) };
}

export function fieldsOf({ query }: Request): ReadonlySet<string> | null {
  const fields = query.get("_fields");
  return fields === undefined || fields === "" ? null : new Set(fields.split(",").map((name) => name.trim()));
}

export function idsOf(list: string | undefined): ReadonlySet<number> | null {
  return list === undefined || list === "" ? null : new Set(list.split(",").map(Number));
}

export interface Dated {
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/**
 * The filter by dates: strict on both sides, in whole seconds, and in the shop's own time unless the request says
 * that its dates are GMT or writes them with a Z.
 */
export function dateFilter({ query }: Request, site: Site): (item: Dated) => boolean {
  const bound = (name: string): number | null => {
    const text = query.get(name);
    if (text === undefined) return null;
    const isGmt = ["true", "1"].includes(query.get("dates_are_gmt") ?? "") || /Z$|[+-]\d{2}:?\d{2}$/.test(text);
    const ms = Date.parse(/Z$|[+-]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(ms))
      throw new Refusal(400, "rest_invalid_param", `Invalid parameter(s): ${name}`, {
        params: { [name]: "Invalid date." },
      });
    const seconds = Math.floor(ms / 1000) * 1000;
    return isGmt ? seconds : seconds - site.utcOffsetMinutes * 60_000;
  };
  const [after, before, changedAfter, changedBefore] = [
    bound("after"),
    bound("before"),
    bound("modified_after"),
    bound("modified_before"),
  ];
  return ({ createdMs, modifiedMs }) =>
    (after === null || createdMs > after) &&
    (before === null || createdMs < before) &&
    (changedAfter === null || modifiedMs > changedAfter) &&
    (changedBefore === null || modifiedMs < changedBefore);
}

/** By a date or the id, newest first unless asked otherwise; things of one second by their ids. */
export function sorted<T extends Dated & { readonly id: number }>(items: readonly T[], { query }: Request): T[] {
  const by = query.get("orderby") ?? "date";
  const direction = query.get("order") === "asc" ? 1 : -1;
  const value = (item: T): number => (by === "modified" ? item.modifiedMs : by === "date" ? item.createdMs : item.id);
  return items.toSorted((a, b) => direction * (value(a) - value(b) || a.id - b.id));
}
