/**
 * Shopify's search syntax as far as the simulation has it: `field:value`, comparisons, quotes, AND (or nothing), OR and
 * parentheses. A filter that is not simulated fails loudly; the real shop would ignore it and answer too much.
 */
import { Unsupported } from "./table.ts";

export type Operator = "=" | ">" | ">=" | "<" | "<=";
/** Whether an item fits one term. */
export type Filter<T> = (item: T, operator: Operator, value: string) => boolean;
export type Filters<T> = Readonly<Record<string, Filter<T>>>;
export type Predicate<T> = (item: T) => boolean;

const TOKEN =
  /\s*(?:(?<open>\()|(?<close>\))|(?<word>AND|OR)(?=[\s()])|(?<field>[a-z_]+):(?<operator>>=|<=|>|<)?(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<bare>(?:[^\s()\\]|\\.)+)))/gy;

interface Token {
  readonly kind: "open" | "close" | "AND" | "OR" | "term";
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

/** `where` names the list, for the error. A null or blank query fits everything. */
export function search<T>(query: unknown, filters: Filters<T>, where: string): Predicate<T> {
  if (typeof query !== "string" || query.trim() === "") return () => true;
  const tokens = tokensOf(query, where);
  const reader = { tokens, at: 0, where };
  const predicate = anyOf(reader, filters);
  if (reader.at < tokens.length) throw new Unsupported(`the query "${query}" of ${where}`);
  return predicate;
}

interface Reader {
  readonly tokens: readonly Token[];
  readonly where: string;
  at: number;
}

function anyOf<T>(reader: Reader, filters: Filters<T>): Predicate<T> {
  const choices = [allOf(reader, filters)];
  while (reader.tokens[reader.at]?.kind === "OR") {
    reader.at += 1;
    choices.push(allOf(reader, filters));
  }
  return (item) => choices.some((fits) => fits(item));
}

function allOf<T>(reader: Reader, filters: Filters<T>): Predicate<T> {
  const terms: Predicate<T>[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token?.kind === "AND") {
      reader.at += 1;
    } else if (token?.kind === "open") {
      reader.at += 1;
      terms.push(anyOf(reader, filters));
      if (reader.tokens[reader.at]?.kind !== "close")
        throw new Unsupported(`an open parenthesis in a query of ${reader.where}`);
      reader.at += 1;
    } else if (token?.kind === "term") {
      reader.at += 1;
      terms.push(term(token, filters, reader.where));
    } else {
      if (terms.length === 0) throw new Unsupported(`an empty part in a query of ${reader.where}`);
      return (item) => terms.every((fits) => fits(item));
    }
  }
}

function term<T>({ field, operator, value }: Token, filters: Filters<T>, where: string): Predicate<T> {
  const filter = filters[field];
  if (filter === undefined) throw new Unsupported(`the filter ${field} of ${where}`);
  return (item) => filter(item, operator, value);
}

function tokensOf(query: string, where: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of query.trim().matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const { open, close, word, field = "", operator = "=", double, single, bare } = match.groups ?? {};
    const value = (double ?? single ?? bare ?? "").replaceAll(/\\(.)/g, "$1");
    const kind = open !== undefined ? "open" : close !== undefined ? "close" : word === undefined ? "term" : word;
    tokens.push({ kind: kind as Token["kind"], field, operator: operator as Operator, value });
  }
  if (end !== query.trim().length) throw new Unsupported(`"${query.trim().slice(end)}" in a query of ${where}`);
  return tokens;
}

export function textFilter<T>(read: (item: T) => string): Filter<T> {
  return (item, operator, value) => {
    if (operator !== "=") throw new Unsupported(`${operator} with the text "${value}"`);
    const text = read(item).toLowerCase();
    const wanted = value.toLowerCase();
    return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  };
}

export function listFilter<T>(read: (item: T) => readonly string[]): Filter<T> {
  return (item, operator, value) => {
    if (operator !== "=") throw new Unsupported(`${operator} with the text "${value}"`);
    return read(item).some((one) => one.toLowerCase() === value.toLowerCase());
  };
}

/** One number, a range of them, or several with commas between. */
export function idFilter<T>(read: (item: T) => number): Filter<T> {
  return (item, operator, value) => value.split(",").some((one) => compare(read(item), operator, numberOf(one)));
}

export function timeFilter<T>(read: (item: T) => number): Filter<T> {
  return (item, operator, value) => {
    const at = Date.parse(value);
    if (Number.isNaN(at)) throw new Unsupported(`the time "${value}" in a query`);
    return compare(read(item), operator, at);
  };
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unsupported(`the number "${text}" in a query`);
  return value;
}

function compare(value: number, operator: Operator, with_: number): boolean {
  switch (operator) {
    case "=":
      return value === with_;
    case ">":
      return value > with_;
    case ">=":
      return value >= with_;
    case "<":
      return value < with_;
    default:
      return value <= with_;
  }
}
