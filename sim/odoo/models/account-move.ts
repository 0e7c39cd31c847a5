/** Invoices and other entries: defaults, posting, resetting, deleting. */
import { formatDate, isDate } from "../instants.ts";
import { NotSimulatedError, userError } from "../errors.ts";
import { unlink } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { char, date, html, many2many, many2one, monetary, one2many, selection, type Fields } from "../orm/field.ts";
import { recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { ref, str, type Row, type Values } from "../orm/row.ts";
import { companyCurrency } from "../account/document-taxes.ts";
import {
  checkBalanced,
  isInvoice,
  linesOfKind,
  receivableLines,
  refreshInvoiceLater,
  termName,
} from "../account/invoice.ts";
import { draftName14, numberFor, renumberDraft14 } from "../account/numbers.ts";
import {
  assignOutstanding,
  counterpartMoves,
  moveResidual,
  paymentState,
  residualOf,
  unmatch,
} from "../account/reconcile.ts";
import { STAMPS } from "./stamps.ts";

const TYPES: readonly (readonly [string, string])[] = [
  ["entry", "Journal Entry"],
  ["out_invoice", "Customer Invoice"],
  ["out_refund", "Customer Credit Note"],
  ["in_invoice", "Vendor Bill"],
  ["in_refund", "Vendor Credit Note"],
];

function moveFields(version: OdooVersion): Fields {
  const isProduct = (row: Row) => str(row, "kind") === "product" || str(row, "kind") === "note";
  return {
    name: char("Number", { index: true }),
    move_type: selection("Type", TYPES, { required: true, default: () => "entry" }),
    state: selection(
      "Status",
      [
        ["draft", "Draft"],
        ["posted", "Posted"],
        ["cancel", "Cancelled"],
      ],
      { default: () => "draft" },
    ),
    date: date("Date", { required: true, default: (env) => formatDate(env.nowUs) }),
    invoice_date: date("Invoice/Bill Date"),
    invoice_date_due: date("Due Date"),
    ref: char("Reference", { index: true }),
    payment_reference: char("Payment Reference"),
    invoice_origin: char("Origin"),
    narration: html("Terms and Conditions"),
    partner_id: many2one("Partner", "res.partner", { index: true }),
    commercial_partner_id: many2one("Commercial Entity", "res.partner", {
      compute: (env, row) => {
        const partner = ref(row, "partner_id");
        return partner === null
          ? null
          : env.value("res.partner", env.row("res.partner", partner), "commercial_partner_id");
      },
    }),
    partner_shipping_id: many2one("Delivery Address", "res.partner"),
    journal_id: many2one("Journal", "account.journal", { required: true }),
    company_id: many2one("Company", "res.company", { default: () => 1 }),
    currency_id: many2one("Currency", "res.currency", { required: true, default: companyCurrency }),
    line_ids: one2many("Journal Items", "account.move.line", "move_id"),
    invoice_line_ids: one2many("Invoice lines", "account.move.line", "move_id", { only: isProduct }),
    amount_untaxed: monetary("Untaxed Amount", { readonly: true }),
    amount_tax: monetary("Tax", { readonly: true }),
    amount_total: monetary("Total", { readonly: true }),
    amount_residual: monetary("Amount Due", { compute: (env, row) => moveResidual(env, row).currency.toNumber() }),
    amount_residual_signed: monetary("Amount Due Signed", {
      compute: (env, row) =>
        moveResidual(env, row)
          .own.times(str(row, "move_type") === "out_refund" ? -1 : 1)
          .toNumber(),
    }),
    payment_state: char("Payment Status", { compute: paymentState }),
    reversed_entry_id: many2one("Reversal of", "account.move", { index: true }),
    ...(version === 19
      ? {
          origin_payment_id: many2one("Payment", "account.payment"),
          matched_payment_ids: many2many("Matched Payments", "account.payment", {
            compute: (env, row) => env.by("account.payment", "invoice_ids", row.id).map((one) => one.id),
          }),
        }
      : { payment_id: many2one("Payment", "account.payment") }),
    ...STAMPS,
  };
}

export function accountMove(version: OdooVersion): ModelDefinition {
  return {
    name: "account.move",
    label: version === 19 ? "Journal Entry" : "Journal Entries",
    order: "date desc, name desc, invoice_date desc, id desc",
    fields: moveFields(version),
    displayName: (env, row) => moveName(env, row),
    creating: (env, values) => withJournal(env, values),
    created: (env, row) => moveCreated(env, row),
    written: (env, row, before, values) => moveWritten(env, row, before, values),
    unlinking: (env, row) => removeMove(env, row),
    methods: {
      action_post: recordsMethod([], (env, ids) => {
        postTogether(env, ids);
        return version === 19 ? false : `account.move(${ids.join(", ")}${ids.length === 1 ? "," : ""})`;
      }),
      button_draft: recordsMethod([], (env, ids) => {
        for (const id of ids) resetToDraft(env, id);
        return null;
      }),
      button_cancel: recordsMethod([], (env, ids) => {
        for (const id of ids) cancel(env, id);
        return null;
      }),
      js_assign_outstanding_line: recordsMethod(["line_id"], (env, ids, args) => assign(env, ids, args["line_id"]), [
        "line_id",
      ]),
    },
  };
}

function moveName(env: Environment, row: Row): string {
  const [name, reference] = [str(row, "name"), str(row, "ref")];
  const suffix = reference === "" ? "" : ` (${reference})`;
  if (str(row, "state") !== "draft") return `${name}${suffix}`;
  const titles: Readonly<Record<string, string>> = { out_invoice: "Draft Invoice", out_refund: "Draft Credit Note" };
  const title = titles[str(row, "move_type")] ?? "Draft Entry";
  const shown = name === "" || name === "/" ? "" : ` ${name}`;
  const number = env.version === 14 && shown === "" ? ` (* ${row.id})` : shown;
  return `${title}${number}${suffix}`;
}

function withJournal(env: Environment, values: Values): Values {
  const type = String(values["move_type"]);
  const wanted = type.startsWith("out_") ? "sale" : "general";
  if (type.startsWith("in_")) throw new NotSimulatedError(`account.move of type ${type}`);
  const journals = [...env.db.table("account.journal").rows.values()];
  const journal =
    typeof values["journal_id"] === "number"
      ? values["journal_id"]
      : journals.find((one) => one["type"] === wanted)?.id;
  return { ...values, journal_id: journal ?? false, ...dateOf(env, values) };
}

/** The accounting date follows the invoice date on 19; on 14 it is a field of its own. */
function dateOf(env: Environment, values: Values): Values {
  const invoiceDate = values["invoice_date"];
  if (env.version === 14 || typeof invoiceDate !== "string" || !isDate(invoiceDate)) return {};
  return { date: invoiceDate };
}

function moveCreated(env: Environment, row: Row): void {
  // The due date is settled when the draft is made and does not follow the invoice date later.
  const due = str(row, "invoice_date_due") || str(row, "invoice_date") || formatDate(env.nowUs);
  if (env.version === 19 || isInvoice(row)) env.set("account.move", row.id, { invoice_date_due: due });
  if (env.version === 14 && isInvoice(row) && str(row, "payment_reference") === "") {
    env.set("account.move", row.id, { payment_reference: "" });
  }
  if (env.version === 14 && str(row, "name") === "") env.set("account.move", row.id, { name: draftName14(env, row) });
  if (isInvoice(row)) refreshInvoiceLater(env, row.id);
}

function moveWritten(env: Environment, row: Row, before: Row, values: Values): void {
  if (str(before, "state") === "posted") refusePosted(row, before);
  const dates = env.version === 19 && row["invoice_date"] !== before["invoice_date"] ? dateOf(env, row) : {};
  const after = env.set("account.move", row.id, dates);
  if (env.version === 14 && str(after, "state") === "draft" && after["date"] !== before["date"]) {
    env.set("account.move", row.id, { name: renumberDraft14(env, after) });
  }
  if (env.version === 19 && isInvoice(after)) nameTermLines(env, env.row("account.move", row.id));
  if (row["currency_id"] !== before["currency_id"]) refreshInvoiceLater(env, row.id);
  if (env.version === 14 && Object.hasOwn(values, "line_ids")) checkBalanced(env, row.id);
}

/** 19 sets credit notes against their open invoices; several of a call against all of them, which nobody can want. */
function postTogether(env: Environment, ids: readonly number[]): void {
  const notes = ids.filter((id) => str(env.row("account.move", id), "move_type") === "out_refund");
  if (env.version === 19 && notes.length > 1) throw new NotSimulatedError("posting several credit notes in one call");
  for (const id of ids) env.together(() => post(env, id));
  for (const id of env.version === 19 ? notes : []) {
    const invoice = ref(env.row("account.move", id), "reversed_entry_id");
    if (invoice === null || str(env.row("account.move", invoice), "state") !== "posted") continue;
    for (const line of receivableLines(env, id)) {
      const open = receivableLines(env, invoice).some((one) => !residualOf(env, one).own.isZero());
      if (open) env.together(() => assignOutstanding(env, invoice, line.id));
    }
  }
}

const FROZEN = ["invoice_date", "date", "partner_id", "journal_id", "currency_id", "move_type"];

function refusePosted(row: Row, before: Row): void {
  const changed = FROZEN.filter((name) => row[name] !== before[name]);
  if (changed.length > 0) throw new NotSimulatedError(`changing ${changed.join(", ")} of a posted account.move`);
}

function post(env: Environment, id: number): void {
  const move = env.row("account.move", id);
  if (str(move, "state") !== "draft") {
    if (env.version === 14) return;
    throw userError(`The entry ${str(move, "name")} (id ${id}) must be in draft.`);
  }
  const lines = env.by("account.move.line", "move_id", id);
  if (lines.length === 0 || (isInvoice(move) && linesOfKind(env, id, "product").length === 0)) {
    throw userError(
      env.version === 19 ? "Even magicians can't post nothing!" : "You need to add a line before posting.",
    );
  }
  if (isInvoice(move) && ref(move, "partner_id") === null) {
    throw userError("The 'Customer' field is required to validate the invoice.");
  }
  if (env.version === 14) checkBalanced(env, id);
  const today = formatDate(env.nowUs);
  const invoiceDate = str(move, "invoice_date") || today;
  const dated = isInvoice(move)
    ? {
        invoice_date: invoiceDate,
        ...(env.version === 19 ? { date: invoiceDate } : {}),
      }
    : {};
  const ready = env.set("account.move", id, dated);
  const known = str(ready, "name");
  const name = known === "" || known === "/" ? numberFor(env, ready) : known;
  const reference = isInvoice(move) ? str(move, "payment_reference") || name : str(move, "payment_reference") || null;
  const posted = env.set("account.move", id, { state: "posted", name, payment_reference: reference });
  // 14 names the receivable line only when posting had to find the payment reference.
  if (env.version === 19 || str(move, "payment_reference") === "") nameTermLines(env, posted);
}

function nameTermLines(env: Environment, move: Row): void {
  for (const line of linesOfKind(env, move.id, "term")) {
    env.set("account.move.line", line.id, {
      name: termName(env, move),
      date_maturity: str(move, "invoice_date_due") || str(move, "date"),
    });
  }
}

function resetToDraft(env: Environment, id: number): void {
  const state = str(env.row("account.move", id), "state");
  if (state === "draft") throw userError("Only posted/cancelled journal entries can be reset to draft.");
  env.together(() => {
    unmatch(env, id);
    env.set("account.move", id, { state: "draft" });
  });
}

function cancel(env: Environment, id: number): void {
  env.together(() => {
    unmatch(env, id);
    env.set("account.move", id, { state: "cancel" });
  });
}

function assign(env: Environment, ids: readonly number[], line: unknown): unknown {
  const [invoice] = ids;
  if (invoice === undefined || typeof line !== "number") throw userError("Expected singleton: account.move()");
  const partials = env.together(() => assignOutstanding(env, invoice, line));
  if (env.version === 19) return null;
  const full = partials.map((id) => ref(env.row("account.partial.reconcile", id), "full_reconcile_id"))[0] ?? null;
  const text = (model: string, found: readonly number[]) =>
    `${model}(${found.join(", ")}${found.length === 1 ? "," : ""})`;
  return {
    partials: text("account.partial.reconcile", partials),
    tax_cash_basis_moves: "account.move()",
    ...(full === null ? {} : { full_reconcile: text("account.full.reconcile", [full]) }),
  };
}

function removeMove(env: Environment, row: Row): void {
  const posted = str(row, "state") === "posted";
  if (posted && env.context["force_delete"] !== true) {
    throw userError("You cannot delete an entry which has been posted once.");
  }
  unmatch(env, row.id);
  for (const line of env.by("account.move.line", "move_id", row.id))
    unlink(env.withContext({ force_delete: true }), "account.move.line", [line.id]);
}

/** Invoices that a payment's receivable lines are matched with. */
export function reconciledInvoices(env: Environment, moveId: number): readonly number[] {
  return counterpartMoves(env, moveId)
    .filter(isInvoice)
    .map((move) => move.id);
}
