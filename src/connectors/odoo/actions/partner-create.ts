/**
 * Creates customers and their addresses through `load` with external ids: eight at once make one. A partner that exists is
 * left as it is. Customers come before the addresses that hang on them.
 */
import type { PartnerDraft } from "../../../core/order/erp-documents.ts";
import type { CallContext } from "../../../core/ports/call.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { allOf, loadAll, troubleIn, type LoadTable, type Outcomes } from "../batch.ts";
import { readPlaces, type Places } from "../reference-data.ts";
import { findByExternalId } from "../references.ts";
import type { OdooSession } from "../session.ts";
import { partnerIds, partnerMissing, type ActionOf } from "./action.ts";

const FIELDS = [
  "id",
  "parent_id/.id",
  "type",
  "is_company",
  "company_name",
  "name",
  "email",
  "phone",
  "street",
  "street2",
  "city",
  "zip",
  "country_id/.id",
  "state_id/.id",
];
const FIELDS_OF_CUSTOMERS = FIELDS.filter((field) => field !== "parent_id/.id");

export async function createPartners(
  session: OdooSession,
  actions: readonly ActionOf<"partner.create">[],
  call: CallContext,
): Promise<Outcomes<ActionOf<"partner.create">>> {
  const places = await readPlaces(session, call);
  const outcomes: Outcomes<ActionOf<"partner.create">> = new Map(actions.map((action) => [action, ok(undefined)]));
  if (!places.ok) return new Map(actions.map((action) => [action, places]));
  const failures = new Map<string, Result<void>>();
  for (const level of [isCustomer, isAddress]) {
    const drafts = absent(session, actions.flatMap((action) => action.partners).filter(level));
    const parents = await partnerIds(
      session,
      drafts.flatMap((draft) => (failures.has(draft.parentExternalId ?? "") ? [] : (draft.parentExternalId ?? []))),
      call,
    );
    if (!parents.ok) return new Map(actions.map((action) => [action, parents]));
    const table: LoadTable<PartnerDraft> = {
      model: "res.partner",
      fields: level === isCustomer ? FIELDS_OF_CUSTOMERS : FIELDS,
      rowsOf: (draft) => [rowOf(session, draft, places.value, level === isAddress)],
    };
    const ready = drafts.filter(
      (draft) => draft.parentExternalId === null || session.book.get(draft.parentExternalId) !== undefined,
    );
    for (const draft of drafts)
      if (!ready.includes(draft)) failures.set(draft.externalId, partnerMissing(draft.parentExternalId ?? ""));
    const loaded = await loadAll(session, table, ready, call);
    for (const [draft, id] of loaded.ids) session.book.set(draft.externalId, id);
    for (const [draft, outcome] of loaded.outcomes) if (!outcome.ok) failures.set(draft.externalId, outcome);
    const trouble = troubleIn(loaded.outcomes);
    if (trouble) return allOf(actions, trouble);
    // Who was beaten to it finds the other's when it is tried again.
    const beaten = [...loaded.outcomes].filter(
      ([, outcome]) => !outcome.ok && outcome.failure.code === "ODOO_CONCURRENT",
    );
    const xids = beaten.map(([draft]) => draft.externalId);
    const found = await findByExternalId(session, "res.partner", xids, call);
    if (!found.ok) return new Map(actions.map((action) => [action, found]));
  }
  for (const action of actions) {
    const failed = action.partners
      .map((draft) => failures.get(draft.externalId) ?? failures.get(draft.parentExternalId ?? ""))
      .find((found) => found !== undefined);
    if (failed) outcomes.set(action, failed.ok ? ok(undefined) : fail(failed.failure));
  }
  return outcomes;
}

function isCustomer(draft: PartnerDraft): boolean {
  return draft.parentExternalId === null;
}

function isAddress(draft: PartnerDraft): boolean {
  return draft.parentExternalId !== null;
}

/** Each once, and only those that the observation did not see: a partner that exists is never rewritten. */
function absent(session: OdooSession, drafts: readonly PartnerDraft[]): readonly PartnerDraft[] {
  const once = new Map(drafts.map((draft) => [draft.externalId, draft]));
  return [...once.values()].filter((draft) => session.book.get(draft.externalId) === undefined);
}

function rowOf(session: OdooSession, draft: PartnerDraft, places: Places, withParent: boolean): readonly string[] {
  const countryId = places.countryByCode.get(draft.countryCode);
  const stateId = countryId === undefined ? undefined : places.states.get(`${countryId}/${draft.stateCode}`);
  const parent = draft.parentExternalId === null ? undefined : session.book.get(draft.parentExternalId);
  return [
    draft.externalId,
    ...(withParent ? [String(parent ?? "")] : []),
    draft.type,
    "0",
    draft.companyName,
    draft.name,
    draft.email,
    draft.phone,
    draft.street,
    draft.street2,
    draft.city,
    draft.zip,
    String(countryId ?? ""),
    String(stateId ?? ""),
  ];
}
