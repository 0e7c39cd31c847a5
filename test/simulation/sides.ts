/** The two simulated systems as a world plays them: what people do there, and their books. */
import type { SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import type { HttpHandler } from "../../sim/http-server.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../../sim/random.ts";
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import type { Books } from "./books.ts";
import type { OrderPlan, OrderStep, ShopKindName, ShopPlan, StockPlan, WorldPlan } from "./plan.ts";

export interface ShopSide {
  readonly id: string;
  readonly kind: ShopKindName;
  /** Where it is said to stand. */
  readonly address: string;
  readonly server: HttpHandler;
  readonly key: string;
  readonly secret: string;
  /** The shop's stock locations -> the warehouse whose goods are sold there. */
  readonly places: ReadonlyMap<string, Place>;
  readonly rates: readonly ShopRate[];
  /** The shop's word for each way to pay. */
  readonly methods: Readonly<Record<OrderPlan["method"], string>>;
  /** Answers the order's id; null when the shop does not sell it (nothing left). */
  place(order: OrderPlan): string | null;
  step(orderId: string, step: OrderStep): void;
  /** Sends the webhooks that are due; resolves when all have been answered or given up. */
  deliverDue(): Promise<void>;
  books(): Pick<Books, "shopOrders" | "shopStock" | "unsupported">;
}

/** Codes of the two warehouses. */
export const PLACES = ["WH", "OLD"] as const;
export type Place = (typeof PLACES)[number];

export interface ShopRate {
  /** As orders carry it. */
  readonly id: string;
  readonly country: OrderPlan["country"];
  readonly percent: string;
}

export type DeliverWebhook = (request: HttpRequest) => Promise<HttpResponse>;

export interface ErpSide {
  readonly server: HttpHandler;
  readonly database: string;
  readonly user: string;
  readonly key: string;
  act(stock: StockPlan): Promise<void>;
  makeProduct(sku: string): Promise<void>;
  /** For what only one scenario does. */
  readonly desk: SimulatedOdoo;
  books(): Pick<Books, "erpOrders" | "erpInvoiceCount" | "erpPayments" | "erpCustomers" | "erpFree" | "unsupported">;
}

export interface ShopSideOptions {
  readonly plan: WorldPlan;
  readonly shop: ShopPlan;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly deliver: DeliverWebhook;
}

export function nameOf(email: string): { email: string; first_name: string; last_name: string } {
  return { email, first_name: email.split("@")[0]?.split("+")[0]?.toLowerCase() ?? "", last_name: "Example" };
}

const CITIES = {
  NL: ["Utrecht", "3511 AB"],
  DE: ["Hamburg", "20095"],
  US: ["Trenton", "08608"],
} as const;

export function address(country: OrderPlan["country"], number: number) {
  const [city, postcode] = CITIES[country];
  return { address_1: `Example Street ${number}`, city, postcode, country, phone: `+31 00 000 00${number}` };
}
