/**
 * What the hub needs of the ERP (Odoo). Reads are batched; writes are actions as data, all of one kind a call, each
 * with an outcome of its own: one bad document never spoils its batch.
 */
import type { Result } from "../result.ts";
import type {
  CreditNoteDocument,
  ErpMove,
  ErpOrderDocuments,
  ErpProduct,
  OrderDocument,
  PartnerDraft,
  PaymentDraft,
} from "../order/erp-documents.ts";
import type { CallContext } from "./call.ts";
import type { CheckLine } from "./check.ts";

export interface ErpOrderQuery {
  /** The shop's order id: the map's key in the answer. */
  readonly orderId: string;
  readonly externalId: string;
  /** Of every payment that there may be, received or given back. */
  readonly paymentExternalIds: readonly string[];
  readonly reference: string;
  /** Ids that links or the shop's mark remember; those that are gone there count as deleted. */
  readonly knownOrderId: number | null;
  readonly knownInvoiceId: number | null;
  readonly knownPaymentIds: readonly number[];
  readonly knownCreditNoteIds: readonly number[];
  readonly partnerExternalIds: readonly string[];
  /** Normalised e-mail for finding partners that exist; "" when none. */
  readonly email: string;
  readonly skus: readonly string[];
}

export type ErpAction =
  | { readonly kind: "partner.create"; readonly partners: readonly PartnerDraft[] }
  /** Creates the draft with its lines, or brings an existing draft to this. */
  | { readonly kind: "order.create"; readonly document: OrderDocument }
  /** Confirms the draft and sets its date to the shop's again; an order that is confirmed gets its date only. */
  | { readonly kind: "order.confirm"; readonly orderId: number; readonly placedAt: string }
  /** Draft invoice of a confirmed order, its taxes exact, its date and references set. */
  | {
      readonly kind: "invoice.create";
      readonly orderId: number;
      readonly document: OrderDocument;
      readonly invoiceAt: string;
    }
  /** Brings an existing draft invoice to the document's amounts. */
  | {
      readonly kind: "invoice.adjust";
      readonly invoiceId: number;
      readonly document: OrderDocument;
      readonly invoiceAt: string;
    }
  | { readonly kind: "invoice.post"; readonly invoiceId: number }
  /** Creates (if absent), posts (if draft) and, with an invoice (a credit note for money given back), reconciles (if open). */
  | {
      readonly kind: "payment.register";
      readonly payment: PaymentDraft;
      readonly paymentId: number | null;
      readonly invoiceId: number | null;
    }
  /** Draft credit note of a posted invoice, or an existing draft brought to the document. */
  | {
      readonly kind: "credit-note.create";
      readonly invoiceId: number;
      readonly creditNoteId: number | null;
      readonly document: CreditNoteDocument;
    }
  | { readonly kind: "credit-note.post"; readonly creditNoteId: number }
  /** Sets a posted credit note against what its invoice still leaves open. */
  | {
      readonly kind: "credit-note.settle";
      readonly externalId: string;
      readonly creditNoteId: number;
      readonly invoiceId: number;
    }
  /** Goods that are not to be sent any more: of each line no more than `keep` units are left to go out, and the rest is free again. */
  | {
      readonly kind: "delivery.reduce";
      readonly orderId: number;
      readonly lines: readonly { readonly externalId: string; readonly keep: string }[];
    }
  /** Goods that came back: a validated return of what was delivered, exactly these units. */
  | {
      readonly kind: "return.create";
      readonly orderId: number;
      readonly externalId: string;
      readonly reference: string;
      readonly lines: readonly { readonly externalId: string; readonly quantity: string }[];
    }
  /**
   * Validates of the order's open deliveries so much that, line by line, `quantity` units are done in all, counting what was done
   * before (so that doing it twice sends once); the rest stays open as a backorder. Null: all that is open.
   */
  | {
      readonly kind: "delivery.validate";
      readonly orderId: number;
      readonly lines: readonly { readonly externalId: string; readonly quantity: string }[] | null;
      /** Written on the picking where Odoo has the field; "" for none. */
      readonly tracking: string;
    };
export type ErpActionKind = ErpAction["kind"];

export interface StockQuantity {
  readonly productId: number;
  /** Decimal strings, in the product's unit of measure, over the scope's locations. */
  readonly onHand: string;
  readonly reserved: string;
  /** onHand - reserved. */
  readonly free: string;
  /** Where it lies, for the explanation; absent: not told. */
  readonly places?: readonly { readonly location: string; readonly onHand: string; readonly reserved: string }[];
}

/** A warehouse code, or explicit locations (complete names); damaged, returns, supplier locations stay out by not being named. */
export type StockScope = { readonly warehouse: string } | { readonly locations: readonly string[] };

export interface StockChanges {
  readonly productIds: readonly number[];
  /** Sales orders that changed; used only for orders that wait for something there. */
  readonly orderIds: readonly number[];
  /** Those of them of which a transfer was done; used for shops that are told what went out. */
  readonly sentOrderIds: readonly number[];
  /** To be passed next time; opaque. */
  readonly cursor: string;
}

/** What the server is and can; kept, and read again at start, daily and on a field error. */
export interface Capabilities {
  readonly serverVersion: string;
  readonly major: number;
  readonly transport: "json-2" | "json-rpc";
  /** `online`, `sh`, `self-hosted` or `unknown`. */
  readonly hosting: string;
  readonly edition: "community" | "enterprise" | "unknown";
  readonly modules: readonly string[];
  readonly variantsEnabled: boolean;
  /** model -> field names that the hub uses and that exist. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** `model:right` the user has, e.g. `sale.order:create`. */
  readonly rights: readonly string[];
  readonly databaseFingerprint: string;
  readonly companyTimeZone: string;
  readonly companyCurrency: string;
  readonly roundingMethod: string;
}

/** Names in the configuration resolved to ids, or why not. */
export interface ErpSettingsQuery {
  /** Codes. */
  readonly warehouses: readonly string[];
  readonly journals: readonly string[];
  /** As written in the configuration: a name, or an id as string. */
  readonly taxes: readonly string[];
  readonly skus: readonly string[];
  readonly team: string | null;
  readonly company: string | null;
}

export interface ErpSettings {
  readonly warehouses: ReadonlyMap<string, number>;
  readonly teamId: number | null;
  readonly companyId: number | null;
  readonly journals: ReadonlyMap<string, number>;
  readonly taxes: ReadonlyMap<string, number>;
  readonly currencies: readonly string[];
}

export interface ErpPort {
  readonly connection: string;
  readonly kindLabel: string;

  check(call: CallContext): Promise<readonly CheckLine[]>;
  /** Reads the server's capabilities anew. */
  readCapabilities(call: CallContext): Promise<Result<Capabilities>>;
  readSettings(query: ErpSettingsQuery, call: CallContext): Promise<Result<ErpSettings>>;

  observeOrders(
    queries: readonly ErpOrderQuery[],
    call: CallContext,
  ): Promise<ReadonlyMap<string, Result<ErpOrderDocuments>>>;
  /** All actions are of one kind; outcomes in the same order. */
  apply(actions: readonly ErpAction[], call: CallContext): Promise<readonly Result<void>[]>;

  /** By the SKU or barcode as asked: every active product that carries it. */
  findProducts(
    wanted: { readonly skus: readonly string[]; readonly barcodes: readonly string[] },
    call: CallContext,
  ): Promise<
    Result<{
      readonly bySku: ReadonlyMap<string, readonly ErpProduct[]>;
      readonly byBarcode: ReadonlyMap<string, readonly ErpProduct[]>;
    }>
  >;
  /** Warehouses of the user's companies, with their stock location's complete name. */
  readWarehouses(
    call: CallContext,
  ): Promise<Result<readonly { readonly code: string; readonly name: string; readonly stockLocation: string }[]>>;
  /** Every active product with a SKU, a page at a time. */
  productPage(
    page: string | null,
    call: CallContext,
  ): Promise<Result<{ readonly items: readonly ErpProduct[]; readonly nextPage: string | null }>>;
  /** Products without any quantity in the scope are absent from the map (zero). */
  quantities(
    productIds: readonly number[] | "all",
    scope: StockScope,
    call: CallContext,
  ): Promise<Result<ReadonlyMap<number, StockQuantity>>>;
  /** Outgoing moves of those of these sales orders that are confirmed (an empty list: nothing goes out); drafts and unknown ones are absent. */
  moves(orderIds: readonly number[], call: CallContext): Promise<Result<ReadonlyMap<number, readonly ErpMove[]>>>;
  /** Null cursor: from now on. */
  stockChanges(cursor: string | null, call: CallContext): Promise<Result<StockChanges>>;
  /** Creates the automations that post to this URL, where the server can; says what it did or why not. */
  ensureAutomations(deliveryUrl: string, call: CallContext): Promise<Result<readonly CheckLine[]>>;
  /** Pure: an automation's body to product ids. Failure codes WEBHOOK_*. */
  decodeDelivery(raw: Uint8Array): Result<{ readonly productIds: readonly number[]; readonly topic: string }>;
}
