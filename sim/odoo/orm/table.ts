/**
 * One model's rows with their indexes. Knows nothing of fields' meaning; every change goes through `put` and `remove`.
 */
import type { Row } from "./row.ts";

type Key = string | number | boolean;

export class Table {
  readonly rows = new Map<number, Row>();
  #nextId = 1;
  readonly #indexes = new Map<string, Map<Key, Set<number>>>();

  constructor(indexed: readonly string[]) {
    for (const field of indexed) this.#indexes.set(field, new Map());
  }

  /** Ids are never given twice, not even after a rollback: sequences do not roll back. */
  allocate(): number {
    return this.#nextId++;
  }

  isIndexed(field: string): boolean {
    return this.#indexes.has(field);
  }

  /** Ids whose indexed field holds this value; for a many2many, contains it. */
  lookup(field: string, key: unknown): ReadonlySet<number> {
    return this.#indexes.get(field)?.get(key as Key) ?? EMPTY;
  }

  put(row: Row): void {
    const before = this.rows.get(row.id);
    for (const [field, index] of this.#indexes) {
      if (before !== undefined) {
        if (before[field] === row[field]) continue;
        removeFrom(index, before[field], row.id);
      }
      addTo(index, row[field], row.id);
    }
    this.rows.set(row.id, row);
  }

  remove(id: number): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    for (const [field, index] of this.#indexes) removeFrom(index, row[field], id);
    this.rows.delete(id);
  }
}

const EMPTY: ReadonlySet<number> = new Set();

function keysOf(value: unknown): readonly Key[] {
  if (Array.isArray(value)) return value as Key[];
  // Empty values are not indexed: they would be most of a table.
  return value === null || value === undefined ? [] : [value as Key];
}

function addTo(index: Map<Key, Set<number>>, value: unknown, id: number): void {
  for (const key of keysOf(value)) {
    const found = index.get(key);
    if (found === undefined) index.set(key, new Set([id]));
    else found.add(id);
  }
}

function removeFrom(index: Map<Key, Set<number>>, value: unknown, id: number): void {
  for (const key of keysOf(value)) {
    const found = index.get(key);
    found?.delete(id);
    if (found?.size === 0) index.delete(key);
  }
}
