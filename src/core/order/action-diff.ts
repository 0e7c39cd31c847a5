/** What an action would change, in lines for people: printed by a dry run and kept with the activity. No personal data. */
import type { DiffLine } from "../plan.ts";
import type { OrderAction, OrderObserved } from "./observed.ts";
import { documentName, type ProofRow } from "./proof.ts";

type ActionOf<K extends OrderAction["kind"]> = Extract<OrderAction, { readonly kind: K }>;

interface Seen {
  readonly observed: OrderObserved;
  /** e.g. `sale.order S00012`. */
  readonly orderName: string;
  /** What is to be brought right on a draft that exists. */
  readonly changes: readonly DiffLine[];
}

const DIFFS: { readonly [K in OrderAction["kind"]]: (action: ActionOf<K>, seen: Seen) => readonly DiffLine[] } = {
  "partner.create": ({ partners }) =>
    partners.map(({ externalId, type }) => ({ what: `res.partner (${type})`, before: null, after: externalId })),
  "order.create": orderDiff,
  "order.confirm": (_, { orderName }) => [{ what: `${orderName} state`, before: "draft", after: "sale" }],
  "delivery.reduce": ({ lines }, { orderName }) =>
    lines.map(({ externalId, keep }) => ({
      what: `stock.move of ${orderName}, line ${externalId}`,
      before: null,
      after: `${keep} left to be sent`,
    })),
  "delivery.validate": validationDiff,
  "return.create": ({ lines }, { orderName }) =>
    lines.map(({ externalId, quantity }) => ({
      what: `stock.picking (return) of ${orderName}, line ${externalId}`,
      before: null,
      after: `${quantity} back in stock`,
    })),
  "invoice.create": ({ document: { total, currency } }, { orderName }) => [
    { what: `account.move of ${orderName}`, before: null, after: `draft, total ${total} ${currency}` },
  ],
  "invoice.adjust": ({ invoiceId }, { changes }) => [
    { what: `account.move id ${invoiceId}`, before: "draft", after: "draft, brought to the shop's amounts" },
    ...changes,
  ],
  "invoice.post": ({ invoiceId }, seen) => postingDiff("invoice", invoiceId, seen),
  "credit-note.create": creditNoteDiff,
  "credit-note.post": ({ creditNoteId }, seen) => postingDiff("credit note", creditNoteId, seen),
  "credit-note.settle": ({ creditNoteId, invoiceId }) => [
    {
      what: `account.move credit note id ${creditNoteId}`,
      before: "open",
      after: `set against invoice id ${invoiceId}`,
    },
  ],
  "payment.register": paymentDiff,
  "fulfilment.write": fulfilmentDiff,
  "mark.write": markDiff,
};

/** `differences`: what is to be brought right on a draft that exists. */
export function actionDiff(
  action: OrderAction,
  observed: OrderObserved,
  differences: readonly ProofRow[],
): readonly DiffLine[] {
  const changes = differences.map(({ what, shop, odoo }): DiffLine => ({ what, before: odoo, after: shop }));
  const orderName = `sale.order ${observed.erp.order?.name ?? `#${observed.order?.number ?? observed.orderId}`}`;
  // The table gives each kind its own function, and this action is of the kind.
  const diff = DIFFS[action.kind] as (action: OrderAction, seen: Seen) => readonly DiffLine[];
  return diff(action, { observed, orderName, changes });
}

function orderDiff(
  { document }: ActionOf<"order.create">,
  { observed, orderName, changes }: Seen,
): readonly DiffLine[] {
  if (observed.erp.order !== null)
    return [{ what: orderName, before: "draft", after: "draft, brought to the shop's order" }, ...changes];
  const { lines, total, currency, reference } = document;
  const made = { what: orderName, before: null, after: `draft for #${reference}, total ${total} ${currency}` };
  return [
    made,
    ...lines.map((line) => ({
      what: `sale.order.line ${line.name}`,
      before: null,
      after: `${line.quantity} for ${line.untaxed} ${currency} + tax ${taxText(line.taxes)}`,
    })),
  ];
}

function validationDiff({ lines, tracking }: ActionOf<"delivery.validate">, { orderName }: Seen): readonly DiffLine[] {
  const units = lines?.map(({ externalId, quantity }) => `${externalId} ${quantity}`).join(", ");
  const done = units === undefined ? "done" : `done in all: ${units}`;
  return [{ what: `stock.picking of ${orderName}`, before: "open", after: `${done}${trackingText(tracking)}` }];
}

function fulfilmentDiff({ writes }: ActionOf<"fulfilment.write">, { observed }: Seen): readonly DiffLine[] {
  return writes.map(({ picking, lines, trackingNumber }) => {
    const units = lines.map(({ lineId, quantity }) => `line ${lineId} x ${quantity}`).join(", ");
    return {
      what: `fulfilment of shop order #${observed.order?.number ?? observed.orderId}`,
      before: null,
      after: `${picking}: ${units}${trackingText(trackingNumber)}`,
    };
  });
}

function trackingText(tracking: string): string {
  return tracking === "" ? "" : `, tracking ${tracking}`;
}

function postingDiff(kind: "invoice" | "credit note", id: number, { observed }: Seen): readonly DiffLine[] {
  const found = observed.erp.invoices.find((candidate) => candidate.id === id);
  return [
    { what: `account.move ${documentName(kind, found?.name ?? "", id)} state`, before: "draft", after: "posted" },
  ];
}

function creditNoteDiff(
  { creditNoteId, document }: ActionOf<"credit-note.create">,
  { changes }: Seen,
): readonly DiffLine[] {
  const { lines, total, currency, reference } = document;
  const before = creditNoteId === null ? null : `draft id ${creditNoteId}`;
  const made = {
    what: "account.move (credit note)",
    before,
    after: `draft "${reference}", total ${total} ${currency}`,
  };
  const line = (each: (typeof lines)[number]): DiffLine => ({
    what: `account.move.line ${each.name}`,
    before: null,
    after: `${each.quantity} for ${each.untaxed} ${currency} + tax ${taxText(each.taxes)}`,
  });
  return [made, ...(creditNoteId === null ? lines.map(line) : changes)];
}

function paymentDiff({ payment, paymentId, invoiceId }: ActionOf<"payment.register">): readonly DiffLine[] {
  const { amount, currency, paidAt, journalId, direction } = payment;
  const before = paymentId === null ? null : `id ${paymentId}`;
  const document = direction === "in" ? "invoice" : "credit note";
  const reconciled = invoiceId === null ? "waiting as a credit" : `reconciled with the ${document}`;
  const moved = direction === "in" ? "received" : "given back";
  const after = `${amount} ${currency}, ${moved} ${paidAt}, journal id ${journalId}, ${reconciled}`;
  return [{ what: "account.payment", before, after }];
}

function taxText(taxes: readonly { readonly amount: string }[]): string {
  return taxes.length === 0 ? "none" : taxes.map((tax) => tax.amount).join(" + ");
}

function markDiff({ write }: ActionOf<"mark.write">, { observed: { order } }: Seen): readonly DiffLine[] {
  const what = `shop order #${order?.number ?? write.orderId}`;
  const mark = order?.mark;
  const fields = [
    ["sync status", mark?.status ?? null, write.status],
    ["sync sentence", mark?.sentence ?? null, write.sentence],
    ["Odoo order", mark?.odooOrder ?? null, write.odooOrder],
    ["Odoo order id", mark?.odooOrderId ?? null, write.odooOrderId],
    ["Odoo invoice", mark?.odooInvoice ?? null, write.odooInvoice],
  ] as const;
  return fields
    .filter(([, before, after]) => after !== null && after !== before)
    .map(([name, before, after]) => ({ what: `${what} ${name}`, before, after }));
}
