/**
 * Draft invoices of confirmed orders, by Odoo's own wizard: it marks the order's lines as invoiced in the same transaction,
 * so of eight at once one makes the invoice and the others find nothing to invoice (measured on 19 and 14; `load` would need
 * its own guard, and on 14 adds lines again). An order of which something waits for its delivery gets none, and that is no failure.
 */
import type { CallContext } from "../../../core/ports/call.ts";
import { ok, type Result } from "../../../core/result.ts";
import { allOf, divide, step, troubleIn, type Outcomes } from "../batch.ts";
import { decoded, idIn, idsOf, linkIn, linksIn, textIn } from "../decode.ts";
import type { Dialect } from "../dialect.ts";
import { isWhollyInvoiceable, readOrderLines } from "../observe-orders.ts";
import { decodedRows } from "../reference-data.ts";
import type { OdooSession } from "../session.ts";
import type { ActionOf } from "./action.ts";
import { adjustInvoices } from "./invoice-adjust.ts";
import { gone } from "./order-confirm.ts";

type Action = ActionOf<"invoice.create">;

export async function createInvoices(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const dialect = await session.dialect(call);
  if (!dialect.ok) return allOf(actions, dialect);
  const orders = await readInvoicing(session, dialect.value, actions, call);
  if (!orders.ok) return allOf(actions, orders);
  const outcomes: Outcomes<Action> = new Map(
    actions.map((action) => [action, orders.value.has(action.orderId) ? ok(undefined) : gone(action.orderId)]),
  );
  const wanted = actions.filter((action) => orders.value.get(action.orderId)?.invoiceable === true);
  for (const round of separately(wanted, orders.value, dialect.value)) {
    const trouble = troubleIn(outcomes);
    const made = trouble
      ? allOf(round, trouble)
      : await divide(round, (items) => runWizard(session, dialect.value, items, call));
    for (const [action, outcome] of made) outcomes.set(action, outcome);
  }
  await forgiveTheBeaten(session, outcomes, call);
  await step(outcomes, (items) => adjustDrafts(session, items, call));
  return outcomes;
}

interface Invoicing {
  readonly invoiceable: boolean;
  readonly invoiceIds: readonly number[];
  /** Orders with the same key would come onto one invoice. */
  readonly groupKey: string;
}

async function readInvoicing(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, Invoicing>>> {
  const ids = actions.map((action) => action.orderId);
  const fields = ["state", "invoice_ids", "invoice_status", "partner_invoice_id", "currency_id", "company_id"];
  const rows = await session.searchRead("sale.order", [["id", "in", ids]], fields, call);
  if (!rows.ok) return rows;
  const live = await liveInvoices(
    session,
    rows.value.flatMap((row) => linksIn(row, "invoice_ids")),
    call,
  );
  if (!live.ok) return live;
  const lines = await readOrderLines(session, dialect, ids, call);
  if (!lines.ok) return lines;
  return decodedRows(session, "sale.order", rows, (all) => {
    const found = all.map((row) => {
      const id = idIn(row);
      const invoiceIds = linksIn(row, "invoice_ids").filter((invoice) => live.value.has(invoice));
      const own = lines.value.filter((line) => line.orderId === id);
      const open = textIn(row, "state") !== "draft" && textIn(row, "invoice_status") === "to invoice";
      const groupKey = JSON.stringify([
        linkIn(row, "partner_invoice_id"),
        linkIn(row, "currency_id"),
        linkIn(row, "company_id"),
      ]);
      return [
        id,
        { invoiceable: open && invoiceIds.length === 0 && own.every(isWhollyInvoiceable), invoiceIds, groupKey },
      ] as const;
    });
    return new Map(found);
  });
}

/** Invoices that stand, and whether each is a draft. */
async function liveInvoices(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, "draft" | "posted">>> {
  if (ids.length === 0) return ok(new Map());
  const domain = [
    ["id", "in", ids],
    ["state", "!=", "cancel"],
    ["move_type", "=", "out_invoice"],
  ];
  const rows = await session.searchRead("account.move", domain, ["state"], call);
  return decodedRows(
    session,
    "account.move",
    rows,
    (all) => new Map(all.map((row) => [idIn(row), textIn(row, "state") === "draft" ? "draft" : "posted"])),
  );
}

/** Where the wizard joins the orders of one customer, orders that it would join go in different calls. */
function separately(
  actions: readonly Action[],
  orders: ReadonlyMap<number, Invoicing>,
  dialect: Dialect,
): readonly (readonly Action[])[] {
  if (dialect.wizardSeparates) return [actions];
  const rounds: Action[][] = [];
  for (const action of actions) {
    const key = orders.get(action.orderId)?.groupKey;
    const free = rounds.find((round) => round.every((other) => orders.get(other.orderId)?.groupKey !== key));
    if (free) free.push(action);
    else rounds.push([action]);
  }
  return rounds;
}

async function runWizard(
  session: OdooSession,
  dialect: Dialect,
  actions: readonly Action[],
  call: CallContext,
): Promise<Result<unknown>> {
  if (actions.length === 0) return ok(undefined);
  const ids = actions.map((action) => action.orderId);
  const context = { active_model: "sale.order", active_ids: ids, active_id: ids[0] };
  const orders = dialect.wizardOrders ? { sale_order_ids: [[6, 0, ids]] } : {};
  const separate = dialect.wizardSeparates ? { consolidated_billing: false } : {};
  const vals = { advance_payment_method: "delivered", ...orders, ...separate };
  const created = await session.write(
    "sale.advance.payment.inv",
    "create",
    { args: { vals_list: [vals] }, context },
    call,
  );
  const wizard = decoded(session.connection, "sale.advance.payment.inv create", created, idsOf);
  if (!wizard.ok) return wizard;
  return session.write("sale.advance.payment.inv", "create_invoices", { ids: wizard.value, context }, call);
}

/** Refused because another run was faster: the invoice is there, and that is what was wanted. */
async function forgiveTheBeaten(session: OdooSession, outcomes: Outcomes<Action>, call: CallContext): Promise<void> {
  const refused = [...outcomes]
    .filter(([, outcome]) => !outcome.ok && outcome.failure.connection === undefined)
    .map(([action]) => action);
  if (refused.length === 0) return;
  const dialect = await session.dialect(call);
  if (!dialect.ok) return;
  const orders = await readInvoicing(session, dialect.value, refused, call);
  if (!orders.ok) return;
  for (const action of refused)
    if ((orders.value.get(action.orderId)?.invoiceIds.length ?? 0) > 0) outcomes.set(action, ok(undefined));
}

async function adjustDrafts(
  session: OdooSession,
  actions: readonly Action[],
  call: CallContext,
): Promise<Outcomes<Action>> {
  const ids = actions.map((action) => action.orderId);
  const rows = await session.searchRead("sale.order", [["id", "in", ids]], ["invoice_ids"], call);
  if (!rows.ok) return allOf(actions, rows);
  const live = await liveInvoices(
    session,
    rows.value.flatMap((row) => linksIn(row, "invoice_ids")),
    call,
  );
  if (!live.ok) return allOf(actions, live);
  const outcomes = allOf(actions, ok(undefined));
  const adjusting = new Map<ActionOf<"invoice.adjust">, Action>();
  for (const action of actions) {
    const row = rows.value.find((candidate) => idIn(candidate) === action.orderId);
    const drafts = row ? linksIn(row, "invoice_ids").filter((id) => live.value.get(id) === "draft") : [];
    for (const invoiceId of drafts) {
      adjusting.set(
        { kind: "invoice.adjust", invoiceId, document: action.document, invoiceAt: action.invoiceAt },
        action,
      );
    }
  }
  for (const [adjustment, outcome] of await adjustInvoices(session, [...adjusting.keys()], call)) {
    const action = adjusting.get(adjustment);
    if (action && !outcome.ok) outcomes.set(action, outcome);
  }
  return outcomes;
}
