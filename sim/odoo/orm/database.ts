/**
 * All tables of one simulated database, with an undo log: a request (or one `load`) that fails leaves nothing behind,
 * except the ids it has used up.
 */
import { isStored } from "./field.ts";
import type { ModelDefinition } from "./model.ts";
import type { Row } from "./row.ts";
import { Table } from "./table.ts";

/** One change of a record, as automations see it. */
export interface Change {
  readonly kind: "create" | "write" | "unlink";
  readonly model: string;
  readonly id: number;
  readonly fields: readonly string[];
}

interface Undo {
  readonly table: Table;
  readonly id: number;
  readonly before: Row | undefined;
}

export class Database {
  readonly models: ReadonlyMap<string, ModelDefinition>;
  readonly #tables = new Map<string, Table>();
  readonly #undo: Undo[] = [];
  #changes: Change[] = [];
  /** Counts every committed transaction; answers «has anything changed?» cheaply. */
  revision = 0;

  constructor(models: readonly ModelDefinition[]) {
    this.models = new Map(models.map((model) => [model.name, model]));
    for (const model of models) {
      const indexed = Object.entries(model.fields).filter(([, field]) => field.index === true && isStored(field));
      this.#tables.set(model.name, new Table(indexed.map(([name]) => name)));
    }
  }

  table(model: string): Table {
    const table = this.#tables.get(model);
    if (table === undefined) throw new Error(`no table for ${model}`);
    return table;
  }

  put(model: string, row: Row): void {
    const table = this.table(model);
    this.#undo.push({ table, id: row.id, before: table.rows.get(row.id) });
    table.put(row);
  }

  remove(model: string, id: number): void {
    const table = this.table(model);
    this.#undo.push({ table, id, before: table.rows.get(id) });
    table.remove(id);
  }

  noteChange(change: Change): void {
    this.#changes.push(change);
  }

  /** A point to roll back to. */
  savepoint(): { readonly undo: number; readonly changes: number } {
    return { undo: this.#undo.length, changes: this.#changes.length };
  }

  rollback(to: { readonly undo: number; readonly changes: number } = { undo: 0, changes: 0 }): void {
    while (this.#undo.length > to.undo) {
      const { table, id, before } = this.#undo.pop() as Undo;
      if (before === undefined) table.remove(id);
      else table.put(before);
    }
    this.#changes.length = to.changes;
  }

  /** Ends the transaction and answers what it changed. */
  commit(): readonly Change[] {
    const changes = this.#changes;
    if (this.#undo.length > 0) this.revision += 1;
    this.#undo.length = 0;
    this.#changes = [];
    return changes;
  }
}
