/**
 * Everything that is known of one order, also of one never seen: did it arrive, is it queued, what was found, made,
 * refused and why. It reads both sides and the hub's own records, and writes nothing.
 */
import { fixOf, sentenceOf } from "../core/failures.ts";
import type { Key } from "../core/key.ts";
import type { ShopOrder } from "../core/order/shop-order.ts";
import type { InboxEntry, Link, StoredActivity, WorkItem } from "../core/ports/store.ts";
import { dryRun, type DryRun } from "./dry-run.ts";
import { unleased, type Hub, type ShopRuntime } from "./hub.ts";

export interface OrderExplanation {
  readonly lines: readonly string[];
  readonly json: {
    readonly order: string;
    readonly inShop: boolean | null;
    readonly status: string | null;
    readonly arrived: readonly { readonly at: string; readonly how: string }[];
    readonly queued: { readonly next: string | null; readonly attempts: number; readonly parked: string | null } | null;
    readonly documents: readonly { readonly kind: string; readonly id: number; readonly name: string }[];
    readonly state: string | null;
    readonly sentence: string | null;
    readonly proof: "equal" | "different" | null;
    readonly next: readonly string[];
    readonly activities: readonly {
      readonly at: string;
      readonly status: string;
      readonly trigger: string;
      readonly sentence: string;
      readonly fix: string;
      readonly attempt: number;
      readonly durationMs: number;
      /** What was sent and answered, without personal data. */
      readonly exchanges: StoredActivity["exchanges"];
    }[];
  };
}

const ACTIVITIES_SHOWN_MAX = 20;
/** Webhooks looked through for an order that was never linked. */
const INBOX_SEARCHED_MAX = 1_000;

export async function explainOrder(hub: Hub, connection: string, number: string): Promise<OrderExplanation> {
  const shop = hub.shops.get(connection);
  if (shop === undefined) throw new Error(`no shop ${connection}`);
  const found = await shop.port.findOrderByNumber(number, unleased(hub));
  const order = found.ok ? found.value : null;
  const key: Key = { flow: "order", connection, id: order?.id ?? number };
  const facts = await factsOf(hub, shop, key, order);
  const reading = found.ok ? null : sentenceOf(found.failure);
  const lines =
    reading !== null && isBlank(facts)
      ? [
          `The shop could not be asked: ${reading}.`,
          `The hub's records go by the shop's ids, and only the shop knows which of them order ${number} has: ask again when it answers.`,
        ]
      : [
          ...arrivalLines(key, number, order, reading, facts),
          ...outcomeLines(facts),
          ...activityLines(facts.activities),
        ];
  return { lines, json: jsonOf(number, order, found.ok, facts) };
}

interface Facts {
  readonly activities: readonly StoredActivity[];
  readonly work: WorkItem | null;
  readonly links: readonly Link[];
  readonly deliveries: readonly InboxEntry[];
  readonly proof: { readonly equal: boolean } | null;
  readonly state: { readonly state: string; readonly sentence: string; readonly fix: string } | null;
  readonly plan: DryRun | null;
}

async function factsOf(hub: Hub, shop: ShopRuntime, key: Key, order: ShopOrder | null): Promise<Facts> {
  const { store } = hub;
  const { connection, id } = key;
  const kinds = ["order", "invoice", "payment"] as const;
  const [activities, work, links, inbox, proof, state] = await Promise.all([
    store.activities({ key }, ACTIVITIES_SHOWN_MAX),
    store.work({ key }, 1),
    Promise.all(kinds.map((kind) => store.links(connection, kind, [id]))),
    store.inbox(connection, INBOX_SEARCHED_MAX),
    store.proof(connection, id),
    store.keyState(key),
  ]);
  const deliveries = inbox.filter((entry) => mentions(shop, entry, id));
  const plan = order === null || !shop.orders.enabled ? null : await dryRun(hub, key);
  return { activities, work: work[0] ?? null, links: links.flat(), deliveries, proof, state, plan };
}

/** Nothing under this id: where it is a number that stands for no id, that says nothing about the order. */
function isBlank({ activities, work, links, deliveries, proof, state }: Facts): boolean {
  return [activities, links, deliveries].every(({ length }) => length === 0) && [work, proof, state].every(isNull);
}

function isNull(value: unknown): boolean {
  return value === null;
}

function mentions({ port }: ShopRuntime, entry: InboxEntry, orderId: string): boolean {
  const read = port.readDelivery(entry.headers, entry.raw);
  return read.ok && read.value.keys.some(({ flow, id }) => flow === "order" && id === orderId);
}

function arrivalLines(
  key: Key,
  number: string,
  order: ShopOrder | null,
  reading: string | null,
  facts: Facts,
): string[] {
  const { connection } = key;
  const lines: string[] = [];
  if (reading !== null) lines.push(`The shop could not be asked: ${reading}.`);
  else if (order === null)
    lines.push(`${connection} has no order ${number}: its number is another, or it was deleted there.`);
  else
    lines.push(
      `Order #${order.number} (id ${order.id}) of ${connection}: ${order.statusText}, ${order.total} ${order.currency}, placed ${order.createdAt}, ${paidText(order)}.`,
    );
  for (const entry of facts.deliveries) lines.push(`Arrived by webhook ${entry.topic} at ${iso(entry.receivedAtMs)}.`);
  if (facts.deliveries.length === 0)
    lines.push(
      facts.activities.length === 0
        ? "It never arrived: no webhook and no run."
        : "No webhook told of it; it was found by looking.",
    );
  if (facts.work === null) lines.push("It is not queued: nothing is left to do, or nothing ever asked for it.");
  else if (facts.work.nextAtMs === null)
    lines.push(`It is parked (${facts.work.parkedCode ?? "by hand"}) after ${attemptsOf(facts.work)}.`);
  else lines.push(`It is queued: due ${iso(facts.work.nextAtMs)}, ${attemptsOf(facts.work)} so far.`);
  return lines;
}

function paidText({ payments, refunds, refundedTotal, currency }: ShopOrder): string {
  const received = payments.flatMap(({ paidAt, amount }) => (paidAt === null ? [] : [`${amount} paid ${paidAt}`]));
  const paid = received.length === 0 ? "not paid" : received.join(", ");
  return refunds.length === 0 ? paid : `${paid}, ${refundedTotal} ${currency} refunded in ${refunds.length}`;
}

function attemptsOf({ attempts }: WorkItem): string {
  return attempts === 1 ? "1 attempt" : `${attempts} attempts`;
}

function outcomeLines(facts: Facts): string[] {
  const lines = facts.links.map((link) => `Odoo ${link.kind} ${link.label} (id ${link.erpId}).`);
  if (facts.links.length === 0) lines.push("Nothing was made in Odoo.");
  if (facts.proof !== null)
    lines.push(facts.proof.equal ? "Proof: equal to the cent." : "Proof: the amounts differ; see stockbridge proof.");
  if (facts.state !== null)
    lines.push(
      `State: ${facts.state.state}. ${facts.state.sentence}`,
      ...(facts.state.fix === "" ? [] : [`To do: ${facts.state.fix}`]),
    );
  if (facts.plan !== null) lines.push("If it ran now:", ...facts.plan.text.split("\n").map((line) => `  ${line}`));
  return lines;
}

function activityLines(activities: readonly StoredActivity[]): string[] {
  return activities.map(
    (one) => `${iso(one.startedAtMs)}  ${one.status.padEnd(8)} ${one.trigger.padEnd(8)} ${one.sentence}`,
  );
}

function jsonOf(number: string, order: ShopOrder | null, asked: boolean, facts: Facts): OrderExplanation["json"] {
  const { work, plan } = facts;
  return {
    order: number,
    inShop: asked ? order !== null : null,
    status: order?.statusText ?? null,
    arrived: facts.deliveries.map((entry) => ({ at: iso(entry.receivedAtMs), how: entry.topic })),
    queued:
      work === null
        ? null
        : {
            next: work.nextAtMs === null ? null : iso(work.nextAtMs),
            attempts: work.attempts,
            parked: work.parkedCode,
          },
    documents: facts.links.map(({ kind, erpId, label }) => ({ kind, id: erpId, name: label })),
    state: facts.state?.state ?? null,
    sentence: facts.state?.sentence ?? null,
    proof: facts.proof === null ? null : facts.proof.equal ? "equal" : "different",
    next:
      plan === null
        ? []
        : [
            ...plan.diff.map(({ what, after }) => `${what}: ${after ?? ""}`),
            ...(plan.failure === null ? [] : [sentenceOf(plan.failure), fixOf(plan.failure)]),
          ],
    activities: facts.activities.map((one) => ({
      at: iso(one.startedAtMs),
      status: one.status,
      trigger: one.trigger,
      sentence: one.sentence,
      fix: one.fix,
      attempt: one.attempt,
      durationMs: one.durationMs,
      exchanges: one.exchanges,
    })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
