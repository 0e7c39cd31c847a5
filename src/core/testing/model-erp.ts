/**
 * A tiny model of Odoo for one order: does to its documents what each action promises, and refuses what Odoo refuses.
 * It knows no rules of the hub, so that a plan which would double or skip a step fails here.
 */
import type {
  DocumentLine,
  ErpDelivery,
  ErpInvoice,
  ErpLine,
  ErpMove,
  ErpOrder,
  ErpOrderDocuments,
  ErpPartner,
  ErpPayment,
  ErpProduct,
  OrderDocument,
  PartnerDraft,
  PaymentDraft,
} from "../order/erp-documents.ts";
import type { LineTarget } from "../order/fulfilment.ts";
import type { OrderAction } from "../order/observed.ts";
import type { OrderSyncMark } from "../order/shop-order.ts";
import { noteOf, paymentOf, returned, setAgainst, shorten } from "./model-refunds.ts";
import { must } from "./must.ts";
import { formatMoney, parseMoney, sum } from "../money.ts";
import { unreachable } from "../exhaustive.ts";
import { deliverTo, openDelivery } from "./model-deliveries.ts";

export interface ModelOptions {
  readonly products: readonly ErpProduct[];
  /** False: like 14, taxes are exact on invoices only. */
  readonly exactOrders: boolean;
  /** What Odoo makes of an amount without being told; for testing that a difference is found. */
  readonly distortInvoice?: (invoice: ErpInvoice) => ErpInvoice;
  readonly distortOrder?: (order: ErpOrder) => ErpOrder;
  readonly distortNote?: (note: ErpInvoice) => ErpInvoice;
}

const UNMARKED: OrderSyncMark = {
  status: null,
  sentence: null,
  odooOrder: null,
  odooOrderId: null,
  odooInvoice: null,
};

export class ModelErp {
  order: ErpOrder | null = null;
  invoice: ErpInvoice | null = null;
  payments: ErpPayment[] = [];
  notes: ErpInvoice[] = [];
  moves: ErpMove[] = [];
  deliveries: readonly ErpDelivery[] = [];
  mark: OrderSyncMark = UNMARKED;
  readonly partners = new Map<string, ErpPartner>();
  readonly created: string[] = [];
  readonly options: ModelOptions;

  constructor(options: ModelOptions) {
    this.options = options;
  }

  /** The first that was received. */
  get payment(): ErpPayment | null {
    return this.payments.find((payment) => payment.direction === "in") ?? null;
  }

  observe(): ErpOrderDocuments {
    const order = this.order && this.options.distortOrder ? this.options.distortOrder(this.order) : this.order;
    return {
      order: order && { ...order, invoiceStatus: this.invoiceStatus() },
      orderDeleted: false,
      invoices: [...(this.invoice ? [this.invoice] : []), ...this.notes],
      invoiceDeleted: false,
      payments: this.payments,
      paymentDeleted: false,
      creditNoteDeleted: false,
      moves: this.moves,
      deliveries: this.deliveries,
      partners: this.partners,
      products: Map.groupBy(this.options.products, (product) => product.sku),
    };
  }

  apply(action: OrderAction): void {
    switch (action.kind) {
      case "partner.create":
        return action.partners.forEach((draft) => this.makePartner(draft));
      case "order.create":
        return this.makeOrder(action.document);
      case "order.confirm":
        return this.confirm(action.orderId, action.placedAt);
      case "delivery.validate":
        return this.deliver(action.lines, action.tracking);
      case "invoice.create":
        return this.makeInvoice(action.document, action.invoiceAt);
      case "invoice.adjust":
        must(this.invoice?.state === "draft", "only a draft invoice is adjusted");
        return this.setInvoice(action.document, action.invoiceAt);
      case "invoice.post":
        return this.post();
      case "payment.register":
        return this.register(action.payment, action.paymentId, action.invoiceId);
      case "credit-note.create":
        return this.credit(action);
      case "credit-note.post":
        return this.postNote(action.creditNoteId);
      case "credit-note.settle":
        return this.settleNote(action.creditNoteId);
      case "delivery.reduce":
        return this.moveGoods(shorten(this.deliveries, action.lines));
      case "return.create":
        must(!this.created.includes(action.externalId), "goods come back once");
        this.created.push(action.externalId);
        return this.moveGoods(returned(this.deliveries, action.lines));
      case "fulfilment.write":
        throw new Error("the shop is told, not Odoo");
      case "mark.write": {
        const { orderId: _, ...write } = action.write;
        const told = Object.fromEntries(Object.entries(write).filter(([, value]) => value !== null));
        this.mark = { ...this.mark, ...told };
        return;
      }
      default:
        unreachable(action);
    }
  }

  /** So much of each line in all; null: everything. What is left over becomes a delivery of its own. */
  deliver(lines: readonly LineTarget[] | null = null, tracking = ""): void {
    must(this.order?.state === "sale", "only a confirmed order is delivered");
    this.moveGoods(deliverTo(this.deliveries, lines, tracking));
  }

  private moveGoods(deliveries: readonly ErpDelivery[]): void {
    this.deliveries = deliveries;
    const out = deliveries.filter((delivery) => delivery.direction === "out");
    this.moves = out.flatMap(({ lines: own, state }) =>
      own.map(({ productId, demand, done }) => ({ productId, demand, reserved: "0", done, state })),
    );
  }

  private makePartner(draft: PartnerDraft): void {
    must(!this.partners.has(draft.externalId), "a partner that exists is not made again");
    if (draft.parentExternalId !== null)
      must(this.partners.has(draft.parentExternalId), "a contact needs its customer");
    const { street, street2, city, zip, countryCode } = draft;
    const place = { street, street2, city, zip, countryCode };
    this.partners.set(draft.externalId, { id: 500 + this.partners.size, externalId: draft.externalId, place });
    this.created.push(draft.externalId);
  }

  private makeOrder(document: OrderDocument): void {
    must(this.order === null || this.order.state === "draft", "only what is missing or a draft is written");
    const partner = (externalId: string) => {
      const found = this.partners.get(externalId);
      must(found !== undefined, `partner ${externalId} exists`);
      return found.id;
    };
    if (this.order === null) this.created.push("order");
    this.order = {
      id: 9,
      name: "S00009",
      externalId: document.externalId,
      reference: document.reference,
      state: "draft",
      currency: document.currency,
      dateOrder: document.placedAt,
      partnerId: partner(document.partnerExternalId),
      invoicePartnerId: partner(document.invoicePartnerExternalId),
      deliveryPartnerId: partner(document.deliveryPartnerExternalId),
      invoiceStatus: "no",
      lines: erpLines(document.lines),
      ...totals(document),
      ...(this.options.exactOrders ? {} : { taxTotals: null, total: "0.00", tax: "0.00" }),
    };
  }

  private confirm(orderId: number, placedAt: string): void {
    must(this.order?.id === orderId && this.order.state !== "cancel", "what is cancelled is not confirmed");
    const dateOnly = this.order.state === "sale";
    this.order = { ...this.order, state: "sale", dateOrder: placedAt };
    if (dateOnly) return;
    const storable = new Set(this.options.products.filter((product) => product.storable).map((product) => product.id));
    this.moves = this.order.lines.flatMap(({ productId, quantity }) =>
      productId !== null && storable.has(productId)
        ? [{ productId, demand: quantity, reserved: "0", done: "0", state: "confirmed" }]
        : [],
    );
    const lines = this.order.lines.flatMap(({ externalId, productId, quantity }) =>
      productId !== null && storable.has(productId) ? [{ externalId, productId, demand: quantity, done: "0" }] : [],
    );
    this.deliveries = lines.length === 0 ? [] : [openDelivery(1, lines)];
  }

  private invoiceStatus(): string {
    if (this.order?.state !== "sale") return "no";
    if (this.invoice) return "invoiced";
    const waits = this.moves.some((move) => move.state !== "done" && this.policy(move.productId) === "delivery");
    return waits ? "no" : "to invoice";
  }

  private policy(productId: number): string {
    return this.options.products.find((product) => product.id === productId)?.invoicePolicy ?? "order";
  }

  private makeInvoice(document: OrderDocument, invoiceAt: string): void {
    must(this.order?.state === "sale", "only a confirmed order is invoiced");
    must(this.invoice === null, "an order is invoiced once");
    must(this.invoiceStatus() === "to invoice", "there is something to invoice");
    this.created.push("invoice");
    this.setInvoice(document, invoiceAt);
    if (this.invoice && this.options.distortInvoice) this.invoice = this.options.distortInvoice(this.invoice);
  }

  private setInvoice(document: OrderDocument, invoiceAt: string): void {
    const amounts = totals(document);
    this.invoice = {
      id: 77,
      name: "/",
      type: "out_invoice",
      state: "draft",
      paymentState: "not_paid",
      currency: document.currency,
      invoiceDate: invoiceAt.slice(0, 10),
      residual: amounts.total,
      lines: erpLines(document.lines),
      ...amounts,
      externalId: null,
      reversedId: null,
    };
  }

  private post(): void {
    must(this.invoice?.state === "draft", "only a draft invoice is posted");
    this.invoice = { ...this.invoice, state: "posted", name: "INV/2026/00001" };
  }

  private register(draft: PaymentDraft, paymentId: number | null, documentId: number | null): void {
    const known = this.payments.find(({ id, externalId }) => id === paymentId || externalId === draft.externalId);
    if (!known)
      this.created.push(
        draft.direction === "in" && draft.externalId.endsWith("_payment") ? "payment" : draft.externalId,
      );
    const payment: ErpPayment = { ...(known ?? paymentOf(draft, 33 + this.payments.length)), state: "posted" };
    const others = this.payments.filter((candidate) => candidate !== known);
    this.payments = [...others, payment];
    if (documentId === null) return;
    const document = documentId === this.invoice?.id ? this.invoice : this.notes.find(({ id }) => id === documentId);
    must(document?.state === "posted", "only what is posted is paid");
    must(
      (document.type === "out_invoice") === (draft.direction === "in"),
      "an invoice is paid, a credit note given back",
    );
    must(!payment.reconciled, "a payment is reconciled once");
    const settled = setAgainst(document, payment.amount);
    this.payments = [...others, { ...payment, reconciled: Number(settled.left) === 0 }];
    this.replace(settled.document);
  }

  private credit({ document, invoiceId, creditNoteId }: Extract<OrderAction, { kind: "credit-note.create" }>): void {
    must(this.invoice?.state === "posted" && this.invoice.id === invoiceId, "only a posted invoice is credited");
    const known = this.notes.find((note) => note.externalId === document.externalId);
    must(!known || (known.state === "draft" && known.id === creditNoteId), "a refund is credited once");
    if (!known) this.created.push(document.externalId);
    const made = noteOf(document, known?.id ?? 78 + this.notes.length, invoiceId);
    const note = this.options.distortNote ? this.options.distortNote(made) : made;
    this.notes = [...this.notes.filter((other) => other !== known), note];
  }

  private postNote(id: number): void {
    const note = this.notes.find((candidate) => candidate.id === id);
    must(note?.state === "draft", "only a draft credit note is posted");
    this.replace({ ...note, state: "posted", name: `RINV/2026/${id}` });
    // 19 does this by itself, 14 has to be told.
    if (this.options.exactOrders && Number(this.invoice?.residual) > 0) this.settleNote(id);
  }

  private settleNote(id: number): void {
    const note = this.notes.find((candidate) => candidate.id === id);
    must(note?.state === "posted" && this.invoice?.state === "posted", "what is posted is set against what is posted");
    must(Number(note.residual) > 0 && Number(this.invoice.residual) > 0, "both are open");
    const { document, left } = setAgainst(this.invoice, note.residual);
    this.replace(document);
    this.replace({ ...note, residual: left, paymentState: Number(left) === 0 ? "paid" : "partial" });
  }

  private replace(document: ErpInvoice): void {
    if (document.id === this.invoice?.id) this.invoice = document;
    else this.notes = this.notes.map((note) => (note.id === document.id ? document : note));
  }
}

function erpLines(lines: readonly DocumentLine[]): ErpLine[] {
  return lines.map(({ externalId, productId, quantity, untaxed, taxes }, index) => ({
    id: 900 + index,
    externalId,
    productId,
    quantity,
    untaxed,
    taxIds: taxes.map((tax) => tax.taxId),
  }));
}

function totals({ lines, currency }: OrderDocument) {
  const minor = (text: string) => {
    const parsed = parseMoney(text, currency);
    must(parsed.ok, text);
    return parsed.value;
  };
  const untaxed = sum(lines.map((line) => minor(line.untaxed)));
  const byTax = Map.groupBy(
    lines.flatMap((line) => line.taxes),
    (tax) => tax.taxId,
  );
  const taxTotals = [...byTax].map(([taxId, taxes]) => ({
    taxId,
    amount: formatMoney(sum(taxes.map((tax) => minor(tax.amount))), currency),
  }));
  const tax = sum(taxTotals.map((each) => minor(each.amount)));
  return {
    untaxed: formatMoney(untaxed, currency),
    tax: formatMoney(tax, currency),
    total: formatMoney(untaxed + tax, currency),
    taxTotals,
  };
}
