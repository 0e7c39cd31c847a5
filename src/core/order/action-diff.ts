/** What an action would change, in lines for people: printed by a dry run and kept with the activity. No personal data. */
import { unreachable } from "../exhaustive.ts";
import type { DiffLine } from "../plan.ts";
import type { OrderAction, OrderObserved } from "./observed.ts";
import { documentName, type ProofRow } from "./proof.ts";

/** `differences`: what is to be brought right on a draft that exists. */
export function actionDiff(
  action: OrderAction,
  observed: OrderObserved,
  differences: readonly ProofRow[],
): readonly DiffLine[] {
  const { erp } = observed;
  const changes = () => differences.map(({ what, shop, odoo }): DiffLine => ({ what, before: odoo, after: shop }));
  const orderName = `sale.order ${erp.order?.name ?? `#${observed.order?.number ?? observed.orderId}`}`;
  switch (action.kind) {
    case "partner.create":
      return action.partners.map(({ externalId, type }) => ({
        what: `res.partner (${type})`,
        before: null,
        after: externalId,
      }));
    case "order.create": {
      if (erp.order !== null)
        return [{ what: orderName, before: "draft", after: "draft, brought to the shop's order" }, ...changes()];
      const { lines, total, currency, reference } = action.document;
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
    case "order.confirm":
      return [{ what: `${orderName} state`, before: "draft", after: "sale" }];
    case "delivery.validate": {
      const what = `stock.picking of ${orderName}`;
      const tracked = action.tracking === "" ? "" : `, tracking ${action.tracking}`;
      if (action.lines === null) return [{ what, before: "open", after: `done${tracked}` }];
      const units = action.lines.map(({ externalId, quantity }) => `${externalId} ${quantity}`).join(", ");
      return [{ what, before: "open", after: `done in all: ${units}${tracked}` }];
    }
    case "fulfilment.write":
      return action.writes.map(({ picking, lines, trackingNumber }) => ({
        what: `fulfilment of shop order #${observed.order?.number ?? observed.orderId}`,
        before: null,
        after: `${picking}: ${lines.map(({ lineId, quantity }) => `line ${lineId} x ${quantity}`).join(", ")}${
          trackingNumber === "" ? "" : `, tracking ${trackingNumber}`
        }`,
      }));
    case "invoice.create":
      return [
        {
          what: `account.move of ${orderName}`,
          before: null,
          after: `draft, total ${action.document.total} ${action.document.currency}`,
        },
      ];
    case "invoice.adjust":
      return [
        { what: `account.move id ${action.invoiceId}`, before: "draft", after: "draft, brought to the shop's amounts" },
        ...changes(),
      ];
    case "invoice.post": {
      const invoice = erp.invoices.find((candidate) => candidate.id === action.invoiceId);
      const name = documentName("invoice", invoice?.name ?? "", action.invoiceId);
      return [{ what: `account.move ${name} state`, before: "draft", after: "posted" }];
    }
    case "credit-note.create": {
      const { lines, total, currency, reference } = action.document;
      const before = action.creditNoteId === null ? null : `draft id ${action.creditNoteId}`;
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
      return [made, ...(action.creditNoteId === null ? lines.map(line) : changes())];
    }
    case "credit-note.post": {
      const note = erp.invoices.find((candidate) => candidate.id === action.creditNoteId);
      const name = documentName("credit note", note?.name ?? "", action.creditNoteId);
      return [{ what: `account.move ${name} state`, before: "draft", after: "posted" }];
    }
    case "credit-note.settle": {
      const what = `account.move credit note id ${action.creditNoteId}`;
      return [{ what, before: "open", after: `set against invoice id ${action.invoiceId}` }];
    }
    case "delivery.reduce":
      return action.lines.map(({ externalId, keep }) => ({
        what: `stock.move of ${orderName}, line ${externalId}`,
        before: null,
        after: `${keep} left to be sent`,
      }));
    case "return.create":
      return action.lines.map(({ externalId, quantity }) => ({
        what: `stock.picking (return) of ${orderName}, line ${externalId}`,
        before: null,
        after: `${quantity} back in stock`,
      }));
    case "payment.register": {
      const { amount, currency, paidAt, journalId, direction } = action.payment;
      const before = action.paymentId === null ? null : `id ${action.paymentId}`;
      const document = direction === "in" ? "invoice" : "credit note";
      const reconciled = action.invoiceId === null ? "waiting as a credit" : `reconciled with the ${document}`;
      const moved = direction === "in" ? "received" : "given back";
      return [
        {
          what: "account.payment",
          before,
          after: `${amount} ${currency}, ${moved} ${paidAt}, journal id ${journalId}, ${reconciled}`,
        },
      ];
    }
    case "mark.write":
      return markDiff(action, observed);
    default:
      return unreachable(action);
  }
}

function taxText(taxes: readonly { readonly amount: string }[]): string {
  return taxes.length === 0 ? "none" : taxes.map((tax) => tax.amount).join(" + ");
}

function markDiff(
  { write }: Extract<OrderAction, { kind: "mark.write" }>,
  { order }: OrderObserved,
): readonly DiffLine[] {
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
