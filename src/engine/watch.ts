/**
 * What must stay true outside the hub and is looked at again and again: webhooks that exist and are enabled, automations,
 * the server's version, modules, fields and rights, and that it is still the same database.
 */
import { failure, sentenceOf, type Failure } from "../core/failures.ts";
import type { Capabilities, ErpPort } from "../core/ports/erp.ts";
import type { WebhookState } from "../core/ports/shop.ts";
import type { Json } from "../core/ports/store.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { unleased, type Hub, type ShopRuntime } from "./hub.ts";
import { isPaused, pausing } from "./polls.ts";

/** Creates and re-enables the shop's webhooks; what had to be mended is said. */
export async function watchWebhooks(hub: Hub, shop: ShopRuntime): Promise<Result<readonly WebhookState[]>> {
  if (shop.deliveryUrl === null || (await isPaused(hub, shop.connection))) return ok([]);
  const ensured = await shop.port.ensureWebhooks(shop.deliveryUrl, unleased(hub));
  if (!ensured.ok) return pausing(hub, ensured.failure);
  for (const { topic, status } of ensured.value) {
    if (status !== "active") hub.observer.note("warn", `webhook ${status}`, { connection: shop.connection, topic });
  }
  await hub.store.writeDocument(
    `webhooks/${shop.connection}`,
    ensured.value.map(({ topic, id, status }) => ({ topic, id, status })),
  );
  return ensured;
}

export function capabilitiesName(connection: string): string {
  return `capabilities/${connection}`;
}

/** The scheduled reading. */
export async function watchCapabilities(hub: Hub, erp: ErpPort): Promise<Result<readonly string[]>> {
  if (await isPaused(hub, erp.connection)) return ok([]);
  const read = await readTrusted(hub, erp);
  if (!read.ok) return pausing(hub, read.failure);
  await hub.store.resume(erp.connection);
  return read;
}

/**
 * Reads what the server is and can, keeps it, and answers what changed since the last reading, a sentence each.
 * Another database than the kept one is a failure, and what was kept stays.
 */
export async function readTrusted(
  hub: Pick<Hub, "store" | "clock" | "observer">,
  erp: ErpPort,
): Promise<Result<readonly string[]>> {
  const read = await erp.readCapabilities(unleased(hub));
  if (!read.ok) return read;
  const kept = await hub.store.readDocument(capabilitiesName(erp.connection));
  const before = kept === null ? null : (kept.body as unknown as Capabilities);
  if (before !== null && before.databaseFingerprint !== read.value.databaseFingerprint)
    return fail(otherDatabase(erp.connection));
  const changes = before === null ? [] : changesBetween(before, read.value);
  for (const change of changes) hub.observer.note("warn", change, { connection: erp.connection });
  await hub.store.writeDocument(capabilitiesName(erp.connection), read.value as unknown as Json);
  return ok(changes);
}

/** A person says that the other database is meant: what was kept of the old one is replaced. */
export async function acceptFingerprint(hub: Hub, erp: ErpPort): Promise<Result<Capabilities>> {
  const read = await erp.readCapabilities(unleased(hub));
  if (!read.ok) return read;
  await hub.store.writeDocument(capabilitiesName(erp.connection), read.value as unknown as Json);
  await hub.store.resume(erp.connection);
  return read;
}

/** A copied production database answers like the real one: only the fingerprint tells, and nothing may be written then. */
function otherDatabase(connection: string): Failure {
  return failure("ENVIRONMENT_CHANGED", { connection }, { connection });
}

export function changesBetween(before: Capabilities, now: Capabilities): readonly string[] {
  const changes: string[] = [];
  for (const name of [
    "serverVersion",
    "transport",
    "hosting",
    "edition",
    "companyTimeZone",
    "companyCurrency",
    "roundingMethod",
  ] as const) {
    if (before[name] !== now[name]) changes.push(`Odoo's ${name} changed from ${before[name]} to ${now[name]}`);
  }
  if (before.variantsEnabled !== now.variantsEnabled)
    changes.push(`product variants were switched ${now.variantsEnabled ? "on" : "off"} in Odoo`);
  for (const [what, was, is] of [
    ["module", before.modules, now.modules],
    ["right", before.rights, now.rights],
    ["field", fieldNames(before), fieldNames(now)],
  ] as const) {
    for (const name of was) if (!is.includes(name)) changes.push(`Odoo ${what} ${name} is gone`);
    for (const name of is) if (!was.includes(name)) changes.push(`Odoo ${what} ${name} is new`);
  }
  return changes;
}

function fieldNames({ fields }: Capabilities): readonly string[] {
  return Object.entries(fields).flatMap(([model, names]) => names.map((name) => `${model}.${name}`));
}

/** Creates the automations that hint at stock changes, where the server can and the user may. */
export async function watchAutomations(hub: Hub, erp: ErpPort): Promise<Result<number>> {
  const url = hub.erpDeliveryUrls.get(erp.connection);
  if (url === undefined || (await isPaused(hub, erp.connection))) return ok(0);
  const lines = await erp.ensureAutomations(url, unleased(hub));
  if (!lines.ok) {
    hub.observer.note("warn", sentenceOf(lines.failure), { connection: erp.connection });
    return fail(lines.failure);
  }
  for (const line of lines.value)
    if (line.status !== "ok") hub.observer.note("warn", line.sentence, { connection: erp.connection, fix: line.fix });
  return ok(lines.value.length);
}
