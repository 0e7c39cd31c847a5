/**
 * What every part of the connector shares for one connection: calls with the right context, the server's dialect, and
 * small reference data (currencies, taxes, countries) read once. All of it is dropped together when the server's
 * capabilities are read anew.
 */
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import type { OdooClient } from "./client.ts";
import { decoded, externalIdsOf, idsOf, integerIn, linkIn, linksIn, rowOf, rowsOf, type Row } from "./decode.ts";
import { dialectOf, FIELDS_USED, fieldsOf, type Dialect, type FieldInfo, type Schema } from "./dialect.ts";
import { loadFailure, type LoadMessage } from "./errors.ts";
import type { OdooRequest } from "./transports.ts";

/** More rows than any batch of the hub needs; a longer answer is paged by its caller. */
export const ROWS_MAX = 50_000;

/** Every sentence comes in English, and `load` takes instants as UTC. */
const READ_CONTEXT = { lang: "en_US", tz: "UTC" };
/** No mail, no followers, no tracking for what the hub writes. */
const WRITE_CONTEXT = {
  ...READ_CONTEXT,
  tracking_disable: true,
  mail_create_nolog: true,
  mail_create_nosubscribe: true,
};
/** External ids outlive an upgrade of modules. */
const LOAD_CONTEXT = { ...WRITE_CONTEXT, noupdate: true };

export type Domain = readonly unknown[];

/** Records for which one of the conditions holds; each is a domain of its own. */
export function anyOf(conditions: readonly Domain[]): Domain {
  return conditions.flatMap((condition, index) => [
    ...(index < conditions.length - 1 ? ["|"] : []),
    ...Array.from({ length: condition.length - 1 }, () => "&"),
    ...condition,
  ]);
}

/** For `=like`: what a person wrote, taken literally. */
export function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

export interface SearchOptions {
  readonly order?: string;
  readonly limit?: number;
  readonly offset?: number;
  /** Archived records as well. */
  readonly archived?: boolean;
  /** For thousands of rows: older servers would otherwise look up the name of every linked record. */
  readonly many?: boolean;
}

export type LoadOutcome =
  | { readonly kind: "loaded"; readonly ids: readonly number[] }
  /** Nothing was written. Failures by index of the document; those without a message of their own are not in it. */
  | { readonly kind: "refused"; readonly byRecord: ReadonlyMap<number, Failure>; readonly general: Failure };

export interface OdooSession {
  readonly client: OdooClient;
  readonly connection: string;
  readonly book: ExternalIdBook;
  /** Read first by every part: with it comes which companies the user works for. */
  dialect(call: CallContext): Promise<Result<Dialect>>;
  /** The user that the key belongs to. */
  uid(call: CallContext): Promise<Result<number>>;
  schema(call: CallContext): Promise<Result<Schema>>;
  /** Small tables, kept by name until `forget`. */
  kept<T>(name: string, read: () => Promise<Result<T>>): Promise<Result<T>>;
  forget(): void;
  read(model: string, method: string, request: OdooRequest, call: CallContext): Promise<Result<unknown>>;
  write(model: string, method: string, request: OdooRequest, call: CallContext): Promise<Result<unknown>>;
  searchRead(
    model: string,
    domain: Domain,
    fields: readonly string[],
    call: CallContext,
    options?: SearchOptions,
  ): Promise<Result<readonly Row[]>>;
  externalIds(model: string, ids: readonly number[], call: CallContext): Promise<Result<ReadonlyMap<number, string>>>;
  load(
    model: string,
    fields: readonly string[],
    rows: readonly (readonly string[])[],
    call: CallContext,
    context?: Readonly<Record<string, unknown>>,
  ): Promise<Result<LoadOutcome>>;
}

/** Which record an external id was seen to belong to; an observation renews it, so that a run acts on what it saw. */
export interface ExternalIdBook {
  get(externalId: string): number | undefined;
  set(externalId: string, id: number): void;
  delete(externalId: string): void;
}

/** The oldest are dropped: each run looks its own up again. */
const BOOK_ENTRIES_MAX = 20_000;

function createBook(): ExternalIdBook {
  const entries = new Map<string, number>();
  return {
    get: (externalId) => entries.get(externalId),
    set(externalId, id) {
      entries.delete(externalId);
      entries.set(externalId, id);
      if (entries.size <= BOOK_ENTRIES_MAX) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete: (externalId) => void entries.delete(externalId),
  };
}

export function createSession(client: OdooClient): OdooSession {
  const { connection } = client;
  const kept = new Map<string, unknown>();
  /** Without this, Odoo shows and writes only what belongs to the user's first company. */
  const companies = (): Readonly<Record<string, unknown>> => {
    const ids = kept.get(COMPANIES) as readonly number[] | undefined;
    return ids && ids.length > 1 ? { allowed_company_ids: ids } : {};
  };
  const session: OdooSession = {
    client,
    connection,
    book: createBook(),
    async kept<T>(name: string, read: () => Promise<Result<T>>) {
      if (kept.has(name)) return ok(kept.get(name) as T);
      const found = await read();
      if (found.ok) kept.set(name, found.value);
      return found;
    },
    forget() {
      kept.clear();
      client.forget();
    },
    schema: (call) => session.kept("schema", () => readSchema(session, call)),
    dialect: (call) => session.kept("dialect", () => readDialect(session, call)),
    uid: (call) => session.kept("uid", () => readUid(session, call)),
    read: (model, method, request, call) =>
      client.call(
        model,
        method,
        { ...request, context: { ...READ_CONTEXT, ...companies(), ...request.context } },
        { write: false },
        call,
      ),
    write: (model, method, request, call) =>
      client.call(
        model,
        method,
        { ...request, context: { ...WRITE_CONTEXT, ...companies(), ...request.context } },
        { write: true },
        call,
      ),
    searchRead: (model, domain, fields, call, options = {}) =>
      searchRead(session, model, domain, fields, call, options),
    async externalIds(model, ids, call) {
      if (ids.length === 0) return ok(new Map<number, string>());
      const answer = await session.read(model, "get_external_id", { ids }, call);
      return decoded(connection, `${model} get_external_id`, answer, externalIdsOf);
    },
    async load(model, fields, rows, call, context = {}) {
      const all = { ...LOAD_CONTEXT, ...companies(), ...context };
      const request: OdooRequest = { args: { fields, data: rows }, context: all };
      const answer = await client.call(model, "load", request, { write: true }, call);
      return decoded(connection, `${model} load`, answer, (value) => loadOutcome(session, model, rowOf(value)));
    },
  };
  return session;
}

async function searchRead(
  session: OdooSession,
  model: string,
  domain: Domain,
  fields: readonly string[],
  call: CallContext,
  { order, limit = ROWS_MAX, offset = 0, archived = false, many = false }: SearchOptions,
): Promise<Result<readonly Row[]>> {
  const server = await session.client.server(call);
  if (!server.ok) return server;
  const bare = server.value.major >= BARE_SEARCH_MAJOR_MIN ? { load: null } : {};
  const paging = { offset, limit, ...(order === undefined ? {} : { order }) };
  const context = archived ? { active_test: false } : {};
  if (many && server.value.major < BARE_SEARCH_MAJOR_MIN) {
    const ids = decoded(
      session.connection,
      `${model} search`,
      await session.read(model, "search", { args: { domain }, kwargs: paging, context }, call),
      idsOf,
    );
    if (!ids.ok || ids.value.length === 0) return ids.ok ? ok([]) : ids;
    const read = await session.read(model, "read", { ids: ids.value, kwargs: { fields, load: null }, context }, call);
    return decoded(session.connection, `${model} read`, read, rowsOf);
  }
  const answer = await session.read(
    model,
    "search_read",
    { args: { domain }, kwargs: { fields, ...paging, ...bare }, context },
    call,
  );
  return decoded(session.connection, `${model} search_read`, answer, rowsOf);
}

/** From here on `search_read` takes `load: null`, which leaves out the names of linked records. */
export const BARE_SEARCH_MAJOR_MIN = 17;

/** Fields of all models that the hub uses; a model that the server lacks is left out. */
async function readSchema(session: OdooSession, call: CallContext): Promise<Result<Schema>> {
  const schema = new Map<string, ReadonlyMap<string, FieldInfo>>();
  for (const [model, fields] of Object.entries(FIELDS_USED)) {
    const answer = await session.read(
      model,
      "fields_get",
      { args: { allfields: fields }, kwargs: { attributes: ["type", "digits"] } },
      call,
    );
    if (!answer.ok && answer.failure.code === "ODOO_MODULE_MISSING") continue;
    if (!answer.ok && answer.failure.code === "ACCESS_DENIED") continue;
    const found = fieldsOf(session.connection, model, answer);
    if (!found.ok) return found;
    schema.set(model, found.value);
  }
  return ok(schema);
}

async function readDialect(session: OdooSession, call: CallContext): Promise<Result<Dialect>> {
  const server = await session.client.server(call);
  if (!server.ok) return server;
  const companies = await session.kept(COMPANIES, () => readCompanies(session, call));
  if (!companies.ok) return companies;
  const schema = await session.schema(call);
  if (!schema.ok) return schema;
  return ok(dialectOf(server.value.major, schema.value));
}

const COMPANIES = "companies";

/** JSON-RPC has told it at login; with JSON-2 the key alone knows. */
async function readUid(session: OdooSession, call: CallContext): Promise<Result<number>> {
  const server = await session.client.server(call);
  if (!server.ok) return server;
  if (server.value.uid !== null) return ok(server.value.uid);
  const answer = await session.read("res.users", "context_get", {}, call);
  return decoded(session.connection, "res.users context_get", answer, (value) => integerIn(rowOf(value), "uid"));
}

/** The user's own company first. */
async function readCompanies(session: OdooSession, call: CallContext): Promise<Result<readonly number[]>> {
  const uid = await session.uid(call);
  if (!uid.ok) return uid;
  const rows = await session.searchRead("res.users", [["id", "=", uid.value]], ["company_id", "company_ids"], call);
  return decoded(session.connection, "res.users search_read", rows, (value) => {
    const [row] = rowsOf(value);
    const own = row ? linkIn(row, "company_id") : null;
    const all = row ? linksIn(row, "company_ids") : [];
    return own === null ? all : [own, ...all.filter((id) => id !== own)];
  });
}

function loadOutcome(session: OdooSession, model: string, reply: Row): LoadOutcome {
  const ids = reply["ids"];
  if (ids !== false && ids !== undefined && ids !== null) return { kind: "loaded", ids: idsOf(ids) };
  const asked = {
    connection: session.connection,
    database: session.client.database,
    model,
    method: "load",
    write: true,
  };
  const errors = rowsOf(reply["messages"] ?? [])
    .map(messageOf)
    .filter((message) => message.type === "error");
  const byRecord = new Map<number, Failure>();
  for (const message of errors) {
    if (message.record === null) continue;
    const found = loadFailure(message, asked);
    const before = byRecord.get(message.record);
    // Another transaction in the way is the cause of whatever else is said about the document.
    if (before === undefined || found.code === "ODOO_CONCURRENT") byRecord.set(message.record, found);
  }
  const [first] = errors;
  const general = first
    ? loadFailure(first, asked)
    : failure("ODOO_REJECTED", { what: `${model} load`, message: "no reason given" });
  return { kind: "refused", byRecord, general };
}

function messageOf(row: Row): LoadMessage {
  const { type, message, record, field } = row;
  return {
    type: typeof type === "string" ? type : "error",
    message: typeof message === "string" ? message : "",
    record: typeof record === "number" ? record : null,
    field: typeof field === "string" ? field : null,
  };
}
