/**
 * The ERP's side of an order: what is wanted (documents as data) and what was found. Amounts are decimal strings in
 * the document's currency; ids are Odoo's database ids; external ids are `stockbridge.<shop>_order_<id>`.
 */
export interface DocumentTax {
  readonly taxId: number;
  readonly amount: string;
}

export interface DocumentLine {
  /** External id of the line: `<order's>_l<shop line id>`. */
  readonly externalId: string;
  readonly kind: "product" | "shipping" | "fee";
  readonly productId: number;
  readonly name: string;
  readonly quantity: string;
  /** Without tax, after discount: the line must come to exactly this. */
  readonly untaxed: string;
  readonly taxes: readonly DocumentTax[];
}

/** One address to be used on an order: the customer, or a child contact of it. */
export interface PartnerDraft {
  readonly externalId: string;
  /** Null for the customer itself. */
  readonly parentExternalId: string | null;
  readonly type: "contact" | "invoice" | "delivery";
  readonly name: string;
  readonly companyName: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly street2: string;
  readonly city: string;
  readonly zip: string;
  readonly countryCode: string;
  readonly stateCode: string;
}

export interface OrderDocument {
  readonly externalId: string;
  /** The shop's order number, on order (client_order_ref), invoice (ref, payment_reference) and payment (memo). */
  readonly reference: string;
  readonly currency: string;
  /** UTC instant of the order in the shop. */
  readonly placedAt: string;
  readonly partnerExternalId: string;
  readonly invoicePartnerExternalId: string;
  readonly deliveryPartnerExternalId: string;
  /** Null: the ERP's default. */
  readonly warehouseId: number | null;
  readonly companyId: number | null;
  readonly teamId: number | null;
  readonly lines: readonly DocumentLine[];
  readonly total: string;
  readonly note: string;
}

/** One line of a credit note. Amounts are what is given back: positive, but where two lines take a tax off alone. */
export interface CreditNoteLine {
  /** External id of the order's line whose units are taken back; null: money only. */
  readonly orderLine: string | null;
  /** External id of the order's line whose account in the books this touches; null: of the invoice's first line. */
  readonly accountOf: string | null;
  /** Null where no units are taken back: a price that is lowered is no product that returns. */
  readonly productId: number | null;
  readonly name: string;
  readonly quantity: string;
  readonly untaxed: string;
  readonly taxes: readonly DocumentTax[];
}

/** What a refund has to stand as in the books. */
export interface CreditNoteDocument {
  readonly externalId: string;
  /** Order, refund and reason: `1054 refund 21: damaged`. */
  readonly reference: string;
  readonly currency: string;
  /** UTC instant; the credit note has its day in the company's time zone. */
  readonly refundedAt: string;
  readonly lines: readonly CreditNoteLine[];
  readonly total: string;
}

export interface PaymentDraft {
  readonly externalId: string;
  /** `in`: received for an invoice; `out`: given back for a credit note. */
  readonly direction: "in" | "out";
  readonly journalId: number;
  readonly amount: string;
  readonly currency: string;
  readonly paidAt: string;
  /** `<order number> <transaction id>`. */
  readonly memo: string;
  readonly partnerExternalId: string;
}

/** One line found on a sales order or invoice. */
export interface ErpLine {
  readonly id: number;
  /** Our external id of the order line this came from; null for a line that is not ours. */
  readonly externalId: string | null;
  readonly productId: number | null;
  readonly quantity: string;
  readonly untaxed: string;
  readonly taxIds: readonly number[];
}

export interface ErpTaxTotal {
  readonly taxId: number;
  readonly amount: string;
}

export interface ErpOrder {
  readonly id: number;
  readonly name: string;
  readonly externalId: string | null;
  readonly reference: string;
  /** `draft` covers quotations sent; `done` (locked, 14) counts as sale. */
  readonly state: "draft" | "sale" | "cancel";
  readonly currency: string;
  readonly dateOrder: string;
  readonly partnerId: number;
  /** The contacts for invoice and delivery; absent: not read, not compared. */
  readonly invoicePartnerId?: number;
  readonly deliveryPartnerId?: number;
  readonly untaxed: string;
  readonly tax: string;
  readonly total: string;
  /** Odoo's invoice_status: `no`, `to invoice`, `invoiced`, `upselling`. */
  readonly invoiceStatus: string;
  readonly lines: readonly ErpLine[];
  /** Per tax, where the server can tell for an order; null on 14. */
  readonly taxTotals: readonly ErpTaxTotal[] | null;
}

export interface ErpInvoice {
  readonly id: number;
  /** "" or "/" while a draft. */
  readonly name: string;
  readonly type: "out_invoice" | "out_refund";
  readonly state: "draft" | "posted" | "cancel";
  readonly paymentState: string;
  readonly currency: string;
  /** `YYYY-MM-DD` in the company's time zone; null on a draft without one. */
  readonly invoiceDate: string | null;
  readonly untaxed: string;
  readonly tax: string;
  readonly total: string;
  readonly residual: string;
  readonly lines: readonly ErpLine[];
  readonly taxTotals: readonly ErpTaxTotal[];
  /** Ours, of a credit note that the hub made; null otherwise. */
  readonly externalId: string | null;
  /** The invoice that a credit note takes back; null for an invoice, or where nobody said. */
  readonly reversedId: number | null;
}

export interface ErpPayment {
  readonly id: number;
  readonly externalId: string | null;
  readonly direction: "in" | "out";
  readonly name: string;
  readonly state: "draft" | "posted" | "cancel";
  readonly amount: string;
  readonly currency: string;
  readonly memo: string;
  /** True when nothing of it is left to reconcile. */
  readonly reconciled: boolean;
}

/** Outgoing stock of an order's product: what is asked, reserved and gone. */
export interface ErpMove {
  readonly productId: number;
  readonly demand: string;
  readonly reserved: string;
  readonly done: string;
  /** Odoo's: draft, waiting, confirmed, partially_available, assigned, done, cancel. */
  readonly state: string;
}

/** One transfer out to the customer, or back from them. */
export interface ErpDelivery {
  readonly id: number;
  /** Odoo's, e.g. `WH/OUT/00012`. */
  readonly name: string;
  readonly direction: "out" | "back";
  /** Odoo's: draft, waiting, confirmed, assigned, done, cancel. */
  readonly state: string;
  /** UTC; null while it is open. */
  readonly doneAt: string | null;
  /** "" where Odoo has none (or not the module for it). */
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
  readonly lines: readonly {
    /** Our external id of the order line; null for a move that came from elsewhere. */
    readonly externalId: string | null;
    readonly productId: number;
    readonly demand: string;
    readonly done: string;
  }[];
}

export interface ErpProduct {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly active: boolean;
  readonly storable: boolean;
  /** `order` or `delivery`. */
  readonly invoicePolicy: string;
}

/** Where a partner is, as far as addresses are compared. */
export interface PartnerPlace {
  readonly street: string;
  readonly street2: string;
  readonly city: string;
  readonly zip: string;
  /** ISO 3166-1 alpha-2, or "". */
  readonly countryCode: string;
}

export interface ErpPartner {
  readonly id: number;
  readonly externalId: string;
  /** Where it is, so that an order billed elsewhere gets a contact of its own; absent: not read, taken as the order's. */
  readonly place?: PartnerPlace;
}

/** Everything about one order that was found in the ERP. */
export interface ErpOrderDocuments {
  /** Null: there is none. */
  readonly order: ErpOrder | null;
  /** True when the hub knows (link, or the mark in the shop) of an order that is not there any more. */
  readonly orderDeleted: boolean;
  readonly invoices: readonly ErpInvoice[];
  readonly invoiceDeleted: boolean;
  readonly payments: readonly ErpPayment[];
  /** True when one of the payments that links know of is not there any more. */
  readonly paymentDeleted: boolean;
  /** The same for credit notes, which stand among the invoices. */
  readonly creditNoteDeleted: boolean;
  readonly moves: readonly ErpMove[];
  /** Oldest first. */
  readonly deliveries: readonly ErpDelivery[];
  /** By external id: those of the asked that exist. */
  readonly partners: ReadonlyMap<string, ErpPartner>;
  /** By SKU as asked: every active product that carries it (0: not found, 2 or more: duplicate). */
  readonly products: ReadonlyMap<string, readonly ErpProduct[]>;
}
