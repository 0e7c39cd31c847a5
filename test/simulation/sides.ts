/** The two simulated systems as a world plays them: what people do there, and their books. */
import type { SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import type { SimulatedShop } from "../../sim/woocommerce/shop.ts";
import type { HttpHandler } from "../../sim/http-server.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Books } from "./books.ts";
import type { OrderPlan, OrderStep, StockPlan } from "./plan.ts";

export interface ShopSide {
  readonly server: HttpHandler;
  readonly key: string;
  readonly secret: string;
  /** Answers the order's id. */
  place(order: OrderPlan): string;
  step(orderId: string, step: OrderStep): void;
  /** For what only one scenario does. */
  readonly desk: SimulatedShop;
  /** Sends the webhooks that are due; resolves when all have been answered or given up. */
  deliverDue(): Promise<void>;
  books(): Pick<Books, "shopOrders" | "shopStock" | "unsupported">;
  readonly rates: readonly ShopRate[];
}

export interface ShopRate {
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
  readonly warehouse: string;
  act(stock: StockPlan): Promise<void>;
  makeProduct(sku: string): Promise<void>;
  /** For what only one scenario does. */
  readonly desk: SimulatedOdoo;
  books(): Pick<Books, "erpOrders" | "erpInvoiceCount" | "erpPayments" | "erpCustomers" | "erpFree" | "unsupported">;
}
