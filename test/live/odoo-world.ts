/**
 * What the live tests of the Odoo connector share: the servers named by the environment, data of their own under names that
 * no other run has, and the documents of invented orders. Nothing that others made is touched.
 */
import { randomBytes } from "node:crypto";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createOdooClient, type OdooClient } from "../../src/connectors/odoo/client.ts";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { createSession, type OdooSession } from "../../src/connectors/odoo/session.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import type { DocumentLine, OrderDocument, PartnerDraft, PaymentDraft } from "../../src/core/order/erp-documents.ts";
import type { CallContext, Exchange } from "../../src/core/ports/call.ts";
import type { ErpOrderQuery, ErpPort } from "../../src/core/ports/erp.ts";
import type { Transport } from "../../src/core/ports/transport.ts";
import type { Result } from "../../src/core/result.ts";

export const MAJORS = [19, 14] as const;
export type Major = (typeof MAJORS)[number];

export interface Address {
  readonly url: string;
  readonly database: string;
  readonly user: string;
  readonly apiKey: string;
}

/** ODOO19_URL, ODOO19_DB, ODOO19_USER, ODOO19_API_KEY (or ODOO_URL, …) and ODOO14_URL, …: missing ones are an error, never a skip. */
export function addressOf(major: Major): Address {
  const prefixes = major === 19 ? ["ODOO19", "ODOO"] : ["ODOO14"];
  const prefix = prefixes.find((candidate) => (process.env[`${candidate}_URL`] ?? "") !== "");
  const read = (name: string) => process.env[`${prefix ?? ""}_${name}`] ?? "";
  const address = { url: read("URL"), database: read("DB"), user: read("USER") || "admin", apiKey: read("API_KEY") };
  if (prefix === undefined || address.database === "" || address.apiKey === "") {
    const names = ["URL", "DB", "USER", "API_KEY"].map((name) => `${prefixes[0]!}_${name}`).join(", ");
    throw new Error(
      `The live tests need a running Odoo ${major}: set ${names} (npm run live brings one up and sets them).`,
    );
  }
  return address;
}

const CALL_MS_MAX = 600_000;
export const transport: Transport = createHttpTransport({
  clock: systemClock,
  userAgent: "stockbridge-live-test",
}).transport;

export function callContext(exchanges: Exchange[] = []): CallContext {
  const endMs = systemClock.nowMs() + CALL_MS_MAX;
  return {
    deadlineMs: () => endMs,
    beforeWrite: () => Promise.resolve(),
    record: (exchange) => void exchanges.push(exchange),
  };
}

/** The value, or an error with the failure's own sentence. */
export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${sentenceOf(result.failure)}`);
  return result.value;
}

export interface World {
  readonly major: Major;
  /** Unique in every name that this run makes. */
  readonly run: string;
  readonly address: Address;
  readonly erp: ErpPort;
  readonly admin: OdooClient;
  readonly session: OdooSession;
  readonly call: CallContext;
  readonly exchanges: Exchange[];
  readonly taxes: { readonly high: number; readonly low: number; readonly zero: number };
  readonly products: { readonly shirt: number; readonly mug: number; readonly shipping: number; readonly late: number };
  readonly skus: { readonly shirt: string; readonly mug: string; readonly shipping: string; readonly late: string };
  readonly journalId: number;
  /** A call as administrator, for making test data. */
  readonly rpc: (
    model: string,
    method: string,
    request: {
      ids?: readonly number[];
      args?: Record<string, unknown>;
      kwargs?: Record<string, unknown>;
      context?: Record<string, unknown>;
    },
  ) => Promise<unknown>;
}

export async function createWorld(major: Major): Promise<World> {
  const address = addressOf(major);
  const run = randomBytes(4).toString("hex");
  const connection = `odoo${major}`;
  const options = { connection, ...address, transport, clock: systemClock };
  const admin = createOdooClient(options);
  const exchanges: Exchange[] = [];
  const call = callContext(exchanges);
  const rpc: World["rpc"] = async (model, method, request) =>
    good(await admin.call(model, method, request, { write: true }, call));
  const create = async (model: string, values: readonly Record<string, unknown>[]) =>
    (await rpc(model, "create", { args: { vals_list: values } })) as number[];
  const tax = (percent: number) => ({ name: `Live ${percent} ${run}`, amount: percent, type_tax_use: "sale" });
  const [high = 0, low = 0, zero = 0] = await create("account.tax", [tax(21), tax(9), tax(0)]);
  const skus = {
    shirt: `LIVE-SHIRT-${run}`,
    mug: `LIVE-MUG-${run}`,
    shipping: `LIVE-SHIP-${run}`,
    late: `LIVE-LATE-${run}`,
  };
  const storable = major === 19 ? { type: "consu", is_storable: true } : { type: "product" };
  const [shirt = 0, mug = 0, shipping = 0, late = 0] = await create("product.product", [
    { name: "Live shirt", default_code: skus.shirt, invoice_policy: "order", ...storable },
    { name: "Live mug", default_code: skus.mug, invoice_policy: "order", ...storable },
    { name: "Live shipping", default_code: skus.shipping, invoice_policy: "order", type: "service" },
    { name: "Live late", default_code: skus.late, invoice_policy: "delivery", ...storable },
  ]);
  const journals = (await rpc("account.journal", "search", { args: { domain: [["type", "=", "bank"]] } })) as number[];
  return {
    major,
    run,
    address,
    erp: createOdooConnector(options),
    admin,
    session: createSession(admin),
    call,
    exchanges,
    taxes: { high, low, zero },
    products: { shirt, mug, shipping, late },
    skus,
    journalId: journals[0] ?? 0,
    rpc,
  };
}

/** A second connector, as another process or another user would have it. */
export function anotherConnector(
  world: World,
  changes: Partial<Address> & { transport?: Transport; connection?: string } = {},
): ErpPort {
  return createOdooConnector({
    connection: `odoo${world.major}`,
    ...world.address,
    transport,
    clock: systemClock,
    ...changes,
  });
}

export interface OrderSpec {
  readonly number: number;
  readonly customer?: number;
  readonly currency?: string;
  readonly lines?: readonly LineSpec[];
  readonly placedAt?: string;
}

export interface LineSpec {
  readonly product: keyof World["products"];
  readonly quantity: string;
  readonly untaxed: string;
  readonly taxes: readonly (readonly [tax: keyof World["taxes"], amount: string])[];
}

/** Nets that prices of two digits cannot give, taxes a cent beside what Odoo would compute. */
export const MIXED_LINES: readonly LineSpec[] = [
  { product: "shirt", quantity: "3", untaxed: "24.79", taxes: [["high", "5.22"]] },
  { product: "mug", quantity: "7", untaxed: "10.00", taxes: [["low", "0.91"]] },
  { product: "shipping", quantity: "1", untaxed: "4.13", taxes: [["high", "0.86"]] },
];
export const PLACED_AT = "2026-11-10T23:30:15Z";

export interface LiveOrder {
  readonly orderId: string;
  readonly document: OrderDocument;
  readonly partners: readonly PartnerDraft[];
  readonly payment: PaymentDraft;
  readonly query: ErpOrderQuery;
}

export function liveOrder(world: World, spec: OrderSpec): LiveOrder {
  const orderId = String(spec.number);
  const shop = `stockbridge.live-${world.run}`;
  const externalId = `${shop}_order_${orderId}`;
  const customer = `${shop}_customer_${spec.customer ?? spec.number}`;
  const email = `ann.example.${spec.customer ?? spec.number}.${world.run}@example.test`;
  const reference = `L${world.run}-${orderId}`;
  const placedAt = spec.placedAt ?? PLACED_AT;
  const currency = spec.currency ?? "USD";
  const lines = (spec.lines ?? MIXED_LINES).map((line, index) =>
    documentLine(world, `${externalId}_l${index + 1}`, line),
  );
  const total = totalOf(lines);
  const partners = partnersOf(customer, email);
  const document: OrderDocument = {
    externalId,
    reference,
    currency,
    placedAt,
    partnerExternalId: customer,
    invoicePartnerExternalId: customer,
    deliveryPartnerExternalId: partners[1]!.externalId,
    warehouseId: null,
    companyId: null,
    teamId: null,
    lines,
    total,
    note: "Please ring <twice> & wait",
  };
  const payment: PaymentDraft = {
    externalId: `${externalId}_payment`,
    direction: "in",
    journalId: world.journalId,
    amount: total,
    currency,
    paidAt: placedAt,
    memo: `${reference} tx-${orderId}`,
    partnerExternalId: customer,
  };
  const query: ErpOrderQuery = {
    orderId,
    externalId,
    paymentExternalIds: [payment.externalId],
    reference,
    knownOrderId: null,
    knownInvoiceId: null,
    knownPaymentIds: [],
    knownCreditNoteIds: [],
    partnerExternalIds: partners.map((draft) => draft.externalId),
    email,
    skus: Object.values(world.skus),
  };
  return { orderId, document, partners, payment, query };
}

function documentLine(world: World, externalId: string, line: LineSpec): DocumentLine {
  return {
    externalId,
    kind: line.product === "shipping" ? "shipping" : "product",
    productId: world.products[line.product],
    name: `Live ${line.product}`,
    quantity: line.quantity,
    untaxed: line.untaxed,
    taxes: line.taxes.map(([tax, amount]) => ({ taxId: world.taxes[tax], amount })),
  };
}

function totalOf(lines: readonly DocumentLine[]): string {
  const amounts = lines.flatMap((line) => [line.untaxed, ...line.taxes.map((tax) => tax.amount)]);
  return (amounts.reduce((cents, amount) => cents + Math.round(Number(amount) * 100), 0) / 100).toFixed(2);
}

/** The customer, and an address to deliver to. */
function partnersOf(customer: string, email: string): readonly PartnerDraft[] {
  const place = { companyName: "", phone: "+1 555 0100", street2: "", city: "Sampleton", zip: "1000" };
  const draft = { name: "Ann Example", countryCode: "BE", stateCode: "", ...place };
  const own: PartnerDraft = {
    ...draft,
    externalId: customer,
    parentExternalId: null,
    type: "contact",
    email,
    street: "1 Sample Street",
  };
  const externalId = `${customer}_address_1`;
  return [
    own,
    { ...draft, externalId, parentExternalId: customer, type: "delivery", email: "", street: "2 Other Street" },
  ];
}
