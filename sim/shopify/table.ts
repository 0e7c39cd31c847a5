/**
 * How types of the real schema are answered: for each field a function and the arguments that it understands. What stands
 * in no table is not simulated, and asking for it fails before anything is carried out.
 */
import type { ShopifyState } from "./state.ts";
import type { Event } from "./events.ts";

/** The app that asks, while one request is answered. */
export interface Context {
  readonly state: ShopifyState;
  readonly scopes: ReadonlySet<string>;
  readonly emit: (event: Event) => void;
  /** `simulated.myshopify.com` */
  readonly domain: string;
  /** The shop's own address, without a slash at its end. */
  readonly url: string;
  readonly apiVersion: string;
  /** Connections are told whole: a bulk operation reads. */
  readonly bulk: boolean;
  readonly startBulk: (query: string, grouped: boolean) => BulkStart;
  readonly topics: Topics;
}

export type BulkStart =
  | { readonly ok: true; readonly operation: object }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** `ORDERS_CREATE` to `orders/create`, as the schema's own descriptions have it. */
export type Topics = ReadonlyMap<string, string>;

export type Args = Readonly<Record<string, unknown>>;
export type Resolve<S> = (source: S, args: Args, context: Context) => unknown;

export interface Field {
  readonly args: readonly string[];
  readonly resolve: Resolve<never>;
}

export type TypeTable = Readonly<Record<string, Field>>;
export type Tables = Readonly<Record<string, TypeTable>>;

interface FieldOf<S> {
  readonly args: readonly string[];
  readonly resolve: Resolve<S>;
}

/** Fields without arguments may be given as a function alone. */
export function type<S>(fields: Readonly<Record<string, Resolve<S> | FieldOf<S>>>): TypeTable {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      typeof field === "function" ? { args: [], resolve: field } : field,
    ]),
  );
}

export function withArgs<S>(args: readonly string[], resolve: Resolve<S>): FieldOf<S> {
  return { args, resolve };
}

/** A type whose values are made as they are told: each field is the property of the same name. */
export function plain(...names: readonly string[]): TypeTable {
  return Object.fromEntries(
    names.map((name) => [name, { args: [], resolve: (source: Readonly<Record<string, unknown>>) => source[name] }]),
  );
}

/** Asked of the simulation, known to the real shop, not done here: never answered with a guess. */
export class Unsupported extends Error {
  constructor(what: string) {
    super(`the simulated Shopify does not do ${what}`);
    this.name = "Unsupported";
  }
}

/** An error as Shopify tells it among the answer's `errors`. */
export class ApiError extends Error {
  readonly extensions: Readonly<Record<string, unknown>>;
  constructor(message: string, code: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "ApiError";
    this.extensions = { code, ...extensions };
  }
}

/** Refuses input fields that the simulation would have to ignore. `name` is the input's type. */
export function onlyFields(input: Readonly<Record<string, unknown>>, name: string, known: readonly string[]): void {
  for (const [field, value] of Object.entries(input)) {
    if (!known.includes(field) && value !== undefined && value !== null && !isEmptyList(value))
      throw new Unsupported(`${name}.${field}`);
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
