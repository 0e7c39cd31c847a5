/** The demo's Odoo: what its people do, and its books by the shops' order numbers. */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import type { HttpHandler } from "../http-server.ts";
import { Session } from "../odoo/differential/session.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../odoo/simulated-odoo.ts";
import type { Random } from "../random.ts";
import { TAX_PERCENTS, WAREHOUSES, type Article, type Warehouse } from "./catalog.ts";
import { createOdooBooks, type OdooBooks } from "./odoo-books.ts";
import type { OdooJournals, OdooTaxes } from "./shop.ts";

export interface Parcel {
  readonly carrier: string;
  readonly tracking: string;
  /** Units by SKU; what else the order has waits for another parcel. Default: everything. */
  readonly units?: Readonly<Record<string, number>>;
}

export interface OdooDesk extends OdooBooks {
  readonly handle: HttpHandler;
  readonly database: string;
  readonly user: string;
  readonly key: string;
  readonly journals: OdooJournals;
  readonly taxes: OdooTaxes;
  addArticle(article: Article): Promise<void>;
  receive(sku: string, quantity: number, warehouse: Warehouse): Promise<void>;
  /** Somebody counts the shelf. */
  count(sku: string, quantity: number, warehouse: Warehouse): Promise<void>;
  /** Another channel sells and hands over. */
  sell(sku: string, quantity: number): Promise<void>;
  /** Somebody packs a parcel of an order and validates its transfer; the transfer's name. */
  send(orderNumber: string, parcel: Parcel): Promise<string>;
  readonly unsupported: readonly string[];
}

export interface OdooDeskOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Carries its automations' posts. */
  readonly deliver: (request: HttpRequest) => Promise<unknown>;
  readonly articles: readonly Article[];
}

const URL_INSIDE = "http://127.0.0.1";
const JOURNALS = { bank: "BNK1", giftCards: "GIFT" } as const;
const TAXES = { standard: "BTW 21% (shops)", reduced: "BTW 9% (shops)" } as const;
const OPEN = [["state", "not in", ["done", "cancel"]]];
/** Questions that Odoo's windows ask a person who validates: make a backorder, without a text message. */
const ANSWERED = { skip_sms: true, skip_backorder: true };

export async function createOdooDesk({ clock, random, deliver, articles }: OdooDeskOptions): Promise<OdooDesk> {
  const access = { database: "demo", login: "admin", apiKey: random.hex(40), version: 19, url: URL_INSIDE } as const;
  const odoo = createSimulatedOdoo({
    clock,
    random,
    ...access,
    baseUrl: URL_INSIDE,
    company: "Example Pottery",
    deliver,
  });
  await furnish(odoo, articles);
  const people = new Session({ ...access, send: (request) => odoo.handle(request) });
  const books = createOdooBooks(odoo);
  return {
    ...books,
    handle: (request) => odoo.handle(request),
    database: access.database,
    user: access.login,
    key: access.apiKey,
    journals: JOURNALS,
    taxes: TAXES,
    addArticle: (article) => addArticle(odoo, article),
    receive: (sku, quantity, warehouse) => odoo.receive(sku, quantity, warehouse),
    count: (sku, quantity, warehouse) => odoo.adjustStock(sku, quantity, warehouse),
    sell: async (sku, quantity) => {
      await odoo.sellElsewhere(sku, quantity);
    },
    send: (orderNumber, parcel) => send(people, orderNumber, parcel),
    unsupported: odoo.unsupported,
  };
}

async function furnish(odoo: SimulatedOdoo, articles: readonly Article[]): Promise<void> {
  for (const { code, name } of WAREHOUSES) if (code !== "WH") await odoo.addWarehouse({ code, name });
  for (const article of articles) await addArticle(odoo, article);
  await odoo.addProducts([
    { sku: "SHIPPING", name: "Shipping", kind: "service" },
    { sku: "FEE", name: "Fee", kind: "service" },
  ]);
  await odoo.addJournal({ name: "Gift cards", code: JOURNALS.giftCards });
  await odoo.addTax({ name: TAXES.standard, percent: Number(TAX_PERCENTS.standard) });
  await odoo.addTax({ name: TAXES.reduced, percent: Number(TAX_PERCENTS.reduced) });
}

async function addArticle(odoo: SimulatedOdoo, { sku, name, onHand }: Article): Promise<void> {
  await odoo.addProduct({ sku, name });
  for (const { code } of WAREHOUSES) if (onHand[code] !== undefined) await odoo.adjustStock(sku, onHand[code], code);
}

/** As a person does it in the transfer's form: quantities, carrier and number, then the button. */
async function send(people: Session, orderNumber: string, { carrier, tracking, units }: Parcel): Promise<string> {
  const order = await people.findId("sale.order", [["client_order_ref", "=", orderNumber]]);
  const [picking] = await people.search("stock.picking", [["sale_id", "=", order], ...OPEN], ["name"]);
  if (picking === undefined) throw new Error(`order ${orderNumber} has nothing to send in Odoo`);
  const ids = [picking["id"]];
  const moves = await people.search("stock.move", [["picking_id", "in", ids], ...OPEN], ["product_id"]);
  for (const move of units === undefined ? [] : moves) {
    const quantity = units?.[await skuOf(people, move["product_id"])] ?? 0;
    if (quantity > 0)
      await done(people.call("stock.move", "write", { ids: [move["id"]], vals: { quantity, picked: true } }));
  }
  const vals = { carrier_id: await carrierId(people, carrier), carrier_tracking_ref: tracking };
  await done(people.call("stock.picking", "write", { ids, vals }));
  await done(people.call("stock.picking", "button_validate", { ids, context: ANSWERED }));
  return String(picking["name"]);
}

async function skuOf(people: Session, product: unknown): Promise<string> {
  const [id] = product as readonly number[];
  const [row] = await people.search("product.product", [["id", "=", id]], ["default_code"]);
  return String(row?.["default_code"]);
}

async function carrierId(people: Session, name: string): Promise<number> {
  const known = await people.findId("delivery.carrier", [["name", "=", name]]);
  if (known !== 0) return known;
  return people.create("delivery.carrier", {
    name,
    product_id: await people.findId("product.product", [["default_code", "=", "SHIPPING"]]),
    tracking_url: "https://parcel.example.test/<shipmenttrackingnumber>",
  });
}

/** What Odoo refuses comes as an answer. */
async function done(answer: Promise<unknown>): Promise<void> {
  const given = await answer;
  if (given !== true) throw new Error(`Odoo answered ${JSON.stringify(given)}`);
}
