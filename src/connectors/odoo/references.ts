/**
 * Which records carry the hub's external ids. A user with the least rights may not read `ir.model.data`, but may ask for
 * one id at a time; where the table can be read (Odoo 14, administrators) one call answers for all.
 */
import { chunks } from "../../core/chunks.ts";
import type { Failure } from "../../core/failures.ts";
import { EXTERNAL_MODULE } from "../../core/order/external-ids.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { decoded, integerIn, textIn } from "./decode.ts";
import { decodedRows } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

/** Single look-ups under way at the same time. */
const LOOKUPS_AT_ONCE_MAX = 4;
const PREFIX = `${EXTERNAL_MODULE}.`;

/** The ids of those that exist, and are of the model; the book takes them down. */
export async function findByExternalId(
  session: OdooSession,
  model: string,
  externalIds: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  if (externalIds.length === 0) return ok(new Map<string, number>());
  const readable = await session.kept("ir.model.data readable", () => mayReadTable(session, call));
  if (!readable.ok) return readable;
  const found = readable.value
    ? await lookUpTogether(session, model, externalIds, call)
    : await lookUpSingly(session, model, externalIds, call);
  if (found.ok) for (const [externalId, id] of found.value) session.book.set(externalId, id);
  return found;
}

async function mayReadTable(session: OdooSession, call: CallContext): Promise<Result<boolean>> {
  const answer = await session.read(
    "ir.model.data",
    "search_read",
    { args: { domain: [["id", "=", 0]] }, kwargs: { fields: ["name"] } },
    call,
  );
  if (answer.ok) return ok(true);
  return answer.failure.code === "ACCESS_DENIED" ? ok(false) : answer;
}

async function lookUpTogether(
  session: OdooSession,
  model: string,
  externalIds: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  const names = externalIds.map(nameOf);
  const domain = [
    ["module", "=", EXTERNAL_MODULE],
    ["model", "=", model],
    ["name", "in", names],
  ];
  const rows = await session.searchRead("ir.model.data", domain, ["name", "res_id"], call);
  return decodedRows(
    session,
    "ir.model.data",
    rows,
    (all) => new Map(all.map((row) => [PREFIX + textIn(row, "name"), integerIn(row, "res_id")])),
  );
}

async function lookUpSingly(
  session: OdooSession,
  model: string,
  externalIds: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  const found = new Map<string, number>();
  for (const part of chunks(externalIds, LOOKUPS_AT_ONCE_MAX)) {
    const answers = await Promise.all(part.map((externalId) => lookUp(session, model, externalId, call)));
    for (const [index, answer] of answers.entries()) {
      if (!answer.ok) return answer;
      const externalId = part[index];
      if (externalId !== undefined && answer.value !== null) found.set(externalId, answer.value);
    }
  }
  return ok(found);
}

async function lookUp(
  session: OdooSession,
  model: string,
  externalId: string,
  call: CallContext,
): Promise<Result<number | null>> {
  const args = { module: EXTERNAL_MODULE, xml_id: nameOf(externalId) };
  const answer = await session.read("ir.model.data", "check_object_reference", { args }, call);
  if (!answer.ok && isUnknownReference(answer.failure)) return ok(null);
  return decoded(session.connection, "ir.model.data check_object_reference", answer, (value) => {
    const pair: unknown[] = Array.isArray(value) ? value : [];
    // `false` instead of an id: it exists, but the user may not see it.
    return pair[0] === model && typeof pair[1] === "number" ? pair[1] : null;
  });
}

/** An unknown external id is an error of Odoo's, told only by its text. */
export function isUnknownReference({ params }: Failure): boolean {
  return /External ID not found/i.test(params["message"] ?? "");
}

function nameOf(externalId: string): string {
  return externalId.startsWith(PREFIX) ? externalId.slice(PREFIX.length) : externalId;
}
