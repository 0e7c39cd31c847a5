/**
 * `load(fields, rows)`: creates or updates records by external id, lines included, all or nothing. Faults of the data
 * come back as messages in the answer; only faults of the columns are raised.
 */
import { NotSimulatedError, OdooError } from "../errors.ts";
import { create, write } from "./crud.ts";
import type { Environment } from "./environment.ts";
import type { FieldDefinition } from "./field.ts";
import { addExternalId, findExternalId } from "./external-ids.ts";
import { CellError, referenceValue, referenceValues, simpleValue, type Resolve, type Warn } from "./load-cells.ts";
import { groupRows, type LoadRecord } from "./load-rows.ts";
import { plainText, type Values } from "./row.ts";

type Message = Record<string, unknown>;

/** Odoo stops looking for further faults after so many. */
const ERRORS_MAX = 10;

/** On 14 these lines keep no external id when loaded with their owner, so they are added again each time (measured). */
const LINES_WITHOUT_ID_14 = new Set(["account.move.line"]);

/** The external id of a new line, carried through its values. */
const LINE_ID = Symbol("external id");

interface Pending {
  readonly externalId: string;
  readonly databaseId: number | null;
  readonly values: Values;
  readonly at: Message;
}

interface Loading {
  readonly env: Environment;
  readonly model: string;
  readonly messages: Message[];
  readonly pending: Pending[];
  readonly ids: number[];
  errors: number;
}

export function load(env: Environment, model: string, fields: unknown, data: unknown): Values {
  if (!Array.isArray(fields) || !Array.isArray(data)) throw new OdooError("TypeError", "load() needs fields and data");
  const paths = (fields as unknown[]).map((field) => String(field).split("/"));
  const savepoint = env.db.savepoint();
  const loading: Loading = { env, model, messages: [], pending: [], ids: [], errors: 0 };
  const records = groupRows(env, model, paths, data as unknown[][]);
  for (const [at, record] of records.entries()) convertRecord(loading, record, at);
  flush(loading);
  const failed = loading.messages.some((message) => message["type"] === "error");
  if (!failed) return { ids: loading.ids, messages: loading.messages, nextrow: 0 };
  env.db.rollback(savepoint);
  return { ids: false, messages: loading.messages, nextrow: 0 };
}

/** The answer of a load that met another transaction on the same record. */
export function conflictAnswer(rows: number): Values {
  const at = { rows: { from: 0, to: Math.max(0, rows - 1) }, record: 0 };
  const message = "could not serialize access due to concurrent update\n";
  return { ids: false, messages: [{ ...at, type: "error", message }], nextrow: 0 };
}

function convertRecord(loading: Loading, record: LoadRecord, index: number): void {
  const at: Message = { rows: { from: record.from, to: record.to }, record: index };
  const databaseId = ownDatabaseId(loading, record, at);
  const resolve: Resolve = (externalId, model) => resolveReference(loading, externalId, model);
  const warn = (field: string) => (message: string, moreinfo: string) => {
    const { rows, record: number } = at;
    loading.messages.push({ rows, type: "warning", record: number, field, message, moreinfo });
  };
  const values: Record<string, unknown> = {};
  for (const [name, cell] of record.cells) {
    if (name === "id" || name === ".id") continue;
    const field = loading.env.field(loading.model, name) as FieldDefinition;
    try {
      values[name] = new Converter(loading.env, resolve, warn(name)).value(field, field.label, cell);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      loading.messages.push(cellMessage(loading.env, at, name, field, error));
    }
  }
  const externalId = plainText(record.cells.get("id"));
  loading.pending.push({ externalId, databaseId, values, at });
}

function ownDatabaseId(loading: Loading, record: LoadRecord, at: Message): number | null {
  const cell = record.cells.get(".id");
  if (cell === undefined || cell === "" || cell === false) return null;
  const id = Number(cell);
  if (loading.env.find(loading.model, id) !== undefined) return id;
  const message = `Unknown database identifier '${plainText(cell)}'`;
  loading.messages.push({ rows: at["rows"], type: "error", record: at["record"], field: ".id", message });
  return null;
}

function cellMessage(env: Environment, at: Message, name: string, field: FieldDefinition, error: CellError): Message {
  const named = env.version === 19 && error.namesField ? { field_name: field.label } : {};
  const info = error.moreInfo === undefined ? {} : { moreinfo: error.moreInfo };
  const { rows, record } = at;
  return { rows, type: "error", record, field: name, message: error.message, ...info, ...named };
}

function resolveReference(loading: Loading, externalId: string, model: string): number | undefined {
  const known = findExternalId(loading.env, externalId);
  if (known !== undefined) return known.model === model ? known.id : undefined;
  if (!loading.pending.some((one) => one.externalId === externalId)) return undefined;
  flush(loading);
  return findExternalId(loading.env, externalId)?.id;
}

function flush(loading: Loading): void {
  for (const record of loading.pending.splice(0)) {
    if (loading.errors >= ERRORS_MAX) return;
    const savepoint = loading.env.db.savepoint();
    try {
      loading.ids.push(loading.env.together(() => saveRecord(loading, record)));
    } catch (error) {
      if (!(error instanceof OdooError) || error instanceof NotSimulatedError) throw error;
      loading.env.db.rollback(savepoint);
      loading.errors += 1;
      const { message, field } = error.load ?? { message: error.message };
      const named = field === undefined ? {} : { field };
      loading.messages.push({ ...record.at, type: "error", message, ...named });
    }
  }
}

function saveRecord(loading: Loading, record: Pending): number {
  const { env, model } = loading;
  const existing = record.externalId === "" ? undefined : findExternalId(env, record.externalId);
  if (existing !== undefined && existing.model !== model) {
    if (env.version === 14) return takeOver(loading, record, existing.data.id);
    throw new OdooError(
      "ValidationError",
      `For external id ${record.externalId} when trying to create/update a record of model ${model} ` +
        `found record of different model ${existing.model} (${existing.data.id})`,
    );
  }
  const id = existing?.id ?? record.databaseId;
  const lines = linesWithIds(env, model, record.values);
  let saved = id;
  if (saved === null) saved = create(env, model, record.values).id;
  else write(env, model, [saved], record.values);
  if (existing === undefined && record.externalId !== "") {
    addExternalId(env, record.externalId, { model, id: saved });
  }
  for (const { command, relation, externalId } of lines) {
    addExternalId(env, externalId, { model: relation, id: Number(command[1]) });
  }
  return saved;
}

/** 14 makes the record and turns the external id of the other model's record over to it (measured). */
function takeOver(loading: Loading, record: Pending, dataId: number): number {
  const { env, model } = loading;
  const { id } = create(env, model, record.values);
  env.set("ir.model.data", dataId, { model, res_id: id, target: `${model},${id}` });
  return id;
}

interface NewLine {
  /** The command's second element is the new line's id once it was carried out. */
  readonly command: unknown[];
  readonly relation: string;
  readonly externalId: string;
}

function linesWithIds(env: Environment, model: string, values: Values): NewLine[] {
  const found: NewLine[] = [];
  for (const [name, value] of Object.entries(values)) {
    const relation = env.field(model, name)?.relation ?? "";
    if (!Array.isArray(value) || (env.version === 14 && LINES_WITHOUT_ID_14.has(relation))) continue;
    for (const command of value as unknown[]) {
      if (!Array.isArray(command)) continue;
      const externalId = (command[2] as { [LINE_ID]?: string } | undefined)?.[LINE_ID];
      if (externalId !== undefined) found.push({ command: command as unknown[], relation, externalId });
    }
  }
  return found;
}

class Converter {
  readonly #env: Environment;
  readonly #resolve: Resolve;
  readonly #warn: Warn;
  constructor(env: Environment, resolve: Resolve, warn: Warn) {
    this.#env = env;
    this.#resolve = resolve;
    this.#warn = warn;
  }

  value(field: FieldDefinition, label: string, cell: unknown): unknown {
    if (!Array.isArray(cell)) {
      if (field.type === "many2many" || field.type === "one2many") return this.#bareMany(cell, label);
      return cell === "" || cell === false || cell === null
        ? false
        : simpleValue(this.#env, field, label, cell, this.#warn);
    }
    const records = cell as readonly LoadRecord[];
    if (field.type === "one2many") return records.map((record) => this.#line(field, label, record));
    const first = records[0] as LoadRecord;
    if (field.type === "many2many") {
      return [[6, 0, referenceValues(this.#env, field, label, first, this.#resolve)]];
    }
    return referenceValue(this.#env, field, label, first, this.#resolve) ?? false;
  }

  #bareMany(cell: unknown, label: string): unknown {
    if (cell === "" || cell === false || cell === null) return false;
    throw new NotSimulatedError(`load of ${label} by names`);
  }

  #line(owner: FieldDefinition, label: string, record: LoadRecord): unknown[] {
    const relation = owner.relation ?? "";
    const values: Record<string, unknown> & { [LINE_ID]?: string } = {};
    for (const [name, cell] of record.cells) {
      if (name === "id" || name === ".id") continue;
      const field = this.#env.field(relation, name) as FieldDefinition;
      values[name] = this.value(field, `${label}/${field.label}`, cell);
    }
    const externalId = plainText(record.cells.get("id"));
    const databaseId = Number(record.cells.get(".id") ?? 0);
    const known = externalId === "" ? databaseId : (this.#resolve(externalId, relation) ?? 0);
    if (known > 0) return [1, known, values];
    if (externalId !== "") values[LINE_ID] = externalId;
    return [0, 0, values];
  }
}
