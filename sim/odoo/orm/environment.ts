/**
 * What business code works with: the database as one user sees it in one request, with a context and one instant.
 * The instant is the transaction's start; it becomes every touched record's write_date, as on PostgreSQL.
 */
import { missingRecord, NotSimulatedError, OdooError } from "../errors.ts";
import type { User } from "./access.ts";
import type { Database } from "./database.ts";
import { isStored, type FieldDefinition } from "./field.ts";
import type { ModelDefinition } from "./model.ts";
import { isObject, type Row, type Values } from "./row.ts";
import { sortIds } from "./order.ts";

export type OdooVersion = 19 | 14;
export type Context = Readonly<Record<string, unknown>>;

/** What a request shares among all its environments. */
interface Shared {
  readonly db: Database;
  readonly version: OdooVersion;
  readonly nowUs: number;
  readonly later: Map<string, () => void>;
  depth: number;
}

/** Recomputations that cause each other for longer than this are a defect of the simulation. */
const FLUSH_ROUNDS_MAX = 10_000;

export class Environment {
  readonly db: Database;
  readonly version: OdooVersion;
  readonly user: User;
  readonly context: Context;
  readonly nowUs: number;
  readonly #shared: Shared;

  constructor(shared: Shared, user: User, context: Context) {
    this.#shared = shared;
    this.db = shared.db;
    this.version = shared.version;
    this.nowUs = shared.nowUs;
    this.user = user;
    this.context = context;
  }

  static open(db: Database, version: OdooVersion, user: User, nowUs: number, context: Context = {}): Environment {
    return new Environment({ db, version, nowUs, later: new Map(), depth: 0 }, user, context);
  }

  withContext(extra: unknown): Environment {
    const context = isObject(extra) ? { ...this.context, ...extra } : this.context;
    return new Environment(this.#shared, this.user, context);
  }

  as(user: User): Environment {
    return new Environment(this.#shared, user, this.context);
  }

  model(name: string): ModelDefinition {
    const model = this.db.models.get(name);
    if (model === undefined) throw new NotSimulatedError(`model ${name}`);
    return model;
  }

  /** Undefined for a field that does not exist for the outside. */
  field(model: string, name: string): FieldDefinition | undefined {
    const fields = this.model(model).fields;
    return Object.hasOwn(fields, name) ? fields[name] : undefined;
  }

  find(model: string, id: number): Row | undefined {
    return this.db.table(model).rows.get(id);
  }

  row(model: string, id: number): Row {
    const row = this.find(model, id);
    if (row === undefined) throw missingRecord(model, id, this.user.id);
    return row;
  }

  rows(model: string, ids: Iterable<number>): Row[] {
    return [...ids].map((id) => this.row(model, id));
  }

  /** Rows whose indexed field holds the value, oldest first. */
  by(model: string, field: string, value: string | number | boolean): Row[] {
    const table = this.db.table(model);
    if (!table.isIndexed(field)) throw new Error(`${model}.${field} is not indexed`);
    const ids = [...table.lookup(field, value)].sort((a, b) => a - b);
    return ids.map((id) => table.rows.get(id) as Row);
  }

  /** The first row whose indexed field holds the value. */
  oneBy(model: string, field: string, value: string | number): Row | undefined {
    return this.by(model, field, value)[0];
  }

  /** Stored or worked out, in the stored form. */
  value(model: string, row: Row, name: string): unknown {
    const field = this.field(model, name);
    if (field === undefined) throw new OdooError("ValueError", `Invalid field '${name}' on '${model}'`);
    if (field.compute !== undefined) return field.compute(this, row);
    if (field.computeMany !== undefined) return field.computeMany(this, [row])[0];
    if (field.type === "one2many") return this.lines(field, row.id);
    return row[name] ?? (field.type === "boolean" ? false : null);
  }

  lines(field: FieldDefinition, id: number): readonly number[] {
    const relation = field.relation ?? "";
    const table = this.db.table(relation);
    const inverse = field.inverse ?? "";
    if (!table.isIndexed(inverse)) throw new Error(`${relation}.${inverse} must be indexed`);
    const found = [...table.lookup(inverse, id)];
    const only = field.only;
    const kept = only === undefined ? found : found.filter((line) => only(table.rows.get(line) as Row));
    return sortIds(this, relation, kept, this.model(relation).order);
  }

  /**
   * Stores values as they are (already in stored form), without hooks. The write date moves when something changed,
   * as it does for Odoo's stored computed fields.
   */
  set(model: string, id: number, values: Values): Row {
    const before = this.row(model, id);
    const changed = Object.keys(values).filter((name) => !same(before[name], values[name]));
    if (changed.length === 0) return before;
    const row = { ...before, ...values, write_date: this.nowUs, write_uid: this.user.id };
    this.db.put(model, row);
    this.db.noteChange({ kind: "write", model, id, fields: changed });
    return row;
  }

  /** Runs once at the end of the outermost change, however often it was asked for. */
  later(key: string, recompute: () => void): void {
    this.#shared.later.set(key, recompute);
    if (this.#shared.depth === 0) this.flush();
  }

  /** Groups changes: what was put off with `later` runs when the outermost group ends. */
  together<T>(work: () => T): T {
    this.#shared.depth += 1;
    try {
      const result = work();
      if (this.#shared.depth === 1) this.flush();
      return result;
    } finally {
      this.#shared.depth -= 1;
      if (this.#shared.depth === 0) this.#shared.later.clear();
    }
  }

  flush(): void {
    const pending = this.#shared.later;
    for (let rounds = 0; pending.size > 0; rounds += 1) {
      if (rounds > FLUSH_ROUNDS_MAX) throw new Error("recomputation does not come to rest");
      const [key, recompute] = pending.entries().next().value as [string, () => void];
      pending.delete(key);
      recompute();
    }
  }

  displayName(model: string, id: number): string {
    const definition = this.model(model);
    const row = this.find(model, id);
    if (row === undefined) throw missingRecord(model, id, this.user.id);
    if (definition.displayName !== undefined) return definition.displayName(this, row);
    const name = row["name"];
    return typeof name === "string" ? name : `${model},${id}`;
  }

  isStored(model: string, name: string): boolean {
    const field = this.field(model, name);
    return field !== undefined && isStored(field);
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a === b || ((a ?? null) === null && (b ?? null) === null)) return true;
  if (typeof a !== "object" || typeof b !== "object") return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
