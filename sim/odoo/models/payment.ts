/**
 * Customer payments. 14 keeps the entry from the start and shares name, date, reference and state with it; 19 makes the
 * entry on posting, and only when an outstanding account is known.
 */
import { formatDate } from "../instants.ts";
import { amount } from "../amounts.ts";
import { userError } from "../errors.ts";
import { create, unlink, write } from "../orm/crud.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, char, date, many2many, many2one, monetary, selection, type Fields } from "../orm/field.ts";
import { recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { ids as idsOf, num, ref, str, type Row, type Values } from "../orm/row.ts";
import { companyCurrency } from "../account/document-taxes.ts";
import { accountOf, addLine, entry, isInvoice, receivableLines, refreshTotals } from "../account/invoice.ts";
import { counterpartMoves, paymentState, residualOf, unmatch } from "../account/reconcile.ts";
import { nextNumber } from "./sequences.ts";

import { STAMPS } from "./stamps.ts";

const STATES_19: readonly (readonly [string, string])[] = [
  ["draft", "Draft"],
  ["in_process", "In Process"],
  ["paid", "Paid"],
  ["canceled", "Canceled"],
  ["rejected", "Rejected"],
];

export function payment(version: OdooVersion): ModelDefinition {
  return {
    name: "account.payment",
    label: version === 19 ? "Payments" : "Payments",
    order: version === 19 ? "date desc, name desc, id desc" : "id desc",
    fields: {
      payment_type: selection(
        "Payment Type",
        [
          ["outbound", "Send"],
          ["inbound", "Receive"],
        ],
        {
          required: true,
          default: () => "inbound",
        },
      ),
      partner_type: selection(
        "Partner Type",
        [
          ["customer", "Customer"],
          ["supplier", "Vendor"],
        ],
        { default: () => "customer" },
      ),
      partner_id: many2one("Customer/Vendor", "res.partner", { index: true }),
      amount: monetary("Amount"),
      currency_id: many2one("Currency", "res.currency", { default: companyCurrency }),
      journal_id: many2one("Journal", "account.journal", { required: true, default: bankJournal }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      date: date("Date", { required: true, default: (env) => formatDate(env.nowUs) }),
      move_id: many2one("Journal Entry", "account.move", { index: true }),
      destination_account_id: many2one("Destination Account", "account.account", {
        compute: (env) => accountOf(env, "receivable"),
      }),
      is_reconciled: boolean("Is Reconciled", { compute: (env, row) => isReconciled(env, row) }),
      is_matched: boolean("Is Matched With a Bank Statement", { compute: () => false }),
      reconciled_invoice_ids: many2many("Reconciled Invoices", "account.move", { compute: reconciledInvoices }),
      ...(version === 19 ? fields19() : fields14()),
      ...STAMPS,
    },
    displayName: (_, row) => str(row, "name") || (version === 19 ? "Draft Payment" : `Draft Payment (* ${row.id})`),
    creating: withMethod,
    created: (env, row) => {
      if (version === 14) createEntry14(env, row);
    },
    written: (env, row, before, values) => paymentWritten(env, row, before, values),
    unlinking: (env, row) => removePayment(env, row),
    methods: {
      action_post: recordsMethod([], (env, ids) => {
        for (const id of ids) env.together(() => post(env, env.row("account.payment", id)));
        return null;
      }),
      action_draft: recordsMethod([], (env, ids) => {
        for (const id of ids) env.together(() => resetToDraft(env, env.row("account.payment", id)));
        return null;
      }),
      action_cancel: recordsMethod([], (env, ids) => {
        for (const id of ids) env.together(() => cancel(env, env.row("account.payment", id)));
        return null;
      }),
    },
  };
}

function fields19(): Fields {
  return {
    name: char("Number"),
    memo: char("Memo", { index: true }),
    // The stored part of the state; `paid` follows from the invoices.
    stage: char("Stage", { hidden: true, default: () => "draft" }),
    state: selection("Status", STATES_19, { compute: (env, row) => stateOf(env, row) }),
    payment_method_line_id: many2one("Payment Method", "account.payment.method.line"),
    outstanding_account_id: many2one("Outstanding Account", "account.account"),
    invoice_ids: many2many("Invoices", "account.move", { index: true }),
  };
}

function fields14(): Fields {
  return {
    name: char("Number"),
    ref: char("Reference", { index: true }),
    state: selection(
      "Status",
      [
        ["draft", "Draft"],
        ["posted", "Posted"],
        ["cancel", "Cancelled"],
      ],
      { default: () => "draft" },
    ),
    payment_method_id: many2one("Payment Method", "account.payment.method", {
      default: (env) =>
        [...env.db.table("account.payment.method").rows.values()].find((row) => row["payment_type"] === "inbound")?.id,
    }),
  };
}

function bankJournal(env: Environment): number | undefined {
  const journals = [...env.db.table("account.journal").rows.values()];
  return journals.find((row) => row["type"] === "bank" || row["type"] === "cash")?.id;
}

/** 19: a new payment falls back to the company's outstanding account when its method names none. */
function withMethod(env: Environment, values: Values): Values {
  const amountGiven = Number(values["amount"] ?? 0);
  if (amountGiven < 0) throw userError("The payment amount cannot be negative.");
  if (env.version === 14) return values;
  const line = methodLine(env, Number(values["journal_id"]));
  const account = line === undefined ? null : ref(line, "payment_account_id");
  return {
    ...values,
    payment_method_line_id: line?.id ?? false,
    outstanding_account_id: account ?? accountOf(env, "outstanding"),
  };
}

function methodLine(env: Environment, journalId: number): Row | undefined {
  return env
    .by("account.payment.method.line", "journal_id", journalId)
    .find((row) => row["payment_type"] === "inbound");
}

function paymentWritten(env: Environment, row: Row, before: Row, values: Values): void {
  if (env.version === 14) {
    if (str(before, "state") === "draft") syncEntry14(env, row);
    return;
  }
  // The method is worked out anew from the journal, and without the fallback: such a payment gets no entry.
  if (!Object.hasOwn(values, "journal_id") || str(row, "stage") !== "draft") return;
  const line = methodLine(env, num(row, "journal_id"));
  const account = line === undefined ? null : ref(line, "payment_account_id");
  env.set("account.payment", row.id, { payment_method_line_id: line?.id ?? null, outstanding_account_id: account });
}

function stateOf(env: Environment, row: Row): string {
  const stage = str(row, "stage");
  // Without an entry nothing tells the payment that its invoices count as paid.
  if (stage !== "in_process" || ref(row, "move_id") === null) return stage;
  const invoices = reconciledInvoices(env, row).map((id) => env.row("account.move", id));
  return invoices.length > 0 && invoices.every((move) => paymentState(env, move) === "paid") ? "paid" : stage;
}

function reconciledInvoices(env: Environment, row: Row): readonly number[] {
  const move = ref(row, "move_id");
  const matched =
    move === null
      ? []
      : counterpartMoves(env, move)
          .filter(isInvoice)
          .map((one) => one.id);
  return [...new Set([...matched, ...idsOf(row, "invoice_ids")])];
}

function isReconciled(env: Environment, row: Row): boolean {
  const move = ref(row, "move_id");
  if (move === null || str(env.row("account.move", move), "state") !== "posted") return false;
  return receivableLines(env, move).every((line) => residualOf(env, line).own.isZero());
}

function post(env: Environment, row: Row): void {
  if (env.version === 14) return post14(env, row);
  if (str(row, "stage") !== "draft") return;
  env.set("account.payment", row.id, { stage: "in_process" });
  const account = ref(row, "outstanding_account_id");
  if (account === null) {
    if (str(row, "name") === "") env.set("account.payment", row.id, { name: nextNumber(env, "PAY", 5) });
    return;
  }
  const method = ref(row, "payment_method_line_id");
  const label = method === null ? "No Payment Method" : str(env.row("account.payment.method.line", method), "name");
  const memo = str(row, "memo");
  const move = createEntry(env, row, { account, reference: memo, label: memo === "" ? label : `${label}: ${memo}` });
  write(env, "account.move", [move.id], { origin_payment_id: row.id });
  const posted = postEntry(env, move.id);
  env.set("account.payment", row.id, { move_id: move.id, name: str(posted, "name") });
}

function postEntry(env: Environment, moveId: number): Row {
  env.model("account.move").methods?.["action_post"]?.run(env, [moveId], {});
  return env.row("account.move", moveId);
}

interface EntryWording {
  readonly account: number;
  readonly reference: string;
  readonly label: string;
}

function createEntry(env: Environment, row: Row, wording: EntryWording): Row {
  const move = create(env, "account.move", {
    move_type: "entry",
    date: str(row, "date"),
    ref: wording.reference || false,
    journal_id: num(row, "journal_id"),
    partner_id: ref(row, "partner_id") ?? false,
    currency_id: num(row, "currency_id"),
  });
  addEntryLines(env, move, row, wording);
  return env.row("account.move", move.id);
}

function addEntryLines(env: Environment, move: Row, row: Row, { account, label }: EntryWording): void {
  const sign = str(row, "payment_type") === "inbound" ? 1 : -1;
  const value = amount(num(row, "amount")).times(sign);
  const common = { name: label, date_maturity: str(row, "date") };
  const lines = [
    { account_id: account, value },
    { account_id: accountOf(env, "receivable"), value: value.negated() },
  ];
  for (const line of lines) {
    const made = addLine(env, move, "entry", {
      ...common,
      account_id: line.account_id,
      ...entry(env, move, line.value),
    });
    const shown = line.value.toNumber();
    if (env.version === 19) env.set("account.move.line", made.id, { price_subtotal: shown, price_total: shown });
  }
  refreshTotals(env, move.id);
}

function createEntry14(env: Environment, row: Row): void {
  const move = createEntry(env, row, wording14(env, row));
  env.set("account.move", move.id, { payment_id: row.id });
  env.set("account.payment", row.id, { move_id: move.id, name: str(move, "name") });
}

function wording14(env: Environment, row: Row): EntryWording {
  const journal = env.row("account.journal", num(row, "journal_id"));
  const account = ref(journal, "payment_debit_account_id");
  if (account === null) {
    throw userError(
      `You can't create a new payment without an outstanding payments/receipts account set on the ${str(journal, "name")} journal.`,
    );
  }
  const partner = ref(row, "partner_id");
  const [year, month, day] = str(row, "date").split("-");
  const who = partner === null ? "" : ` - ${env.displayName("res.partner", partner)}`;
  const label = `Customer Payment $ ${num(row, "amount").toFixed(2)}${who} - ${month}/${day}/${year}`;
  return { account, reference: str(row, "ref"), label };
}

function syncEntry14(env: Environment, row: Row): void {
  const moveId = ref(row, "move_id");
  if (moveId === null) return;
  for (const line of env.by("account.move.line", "move_id", moveId)) env.db.remove("account.move.line", line.id);
  write(env, "account.move", [moveId], {
    date: str(row, "date"),
    ref: str(row, "ref") || false,
    journal_id: num(row, "journal_id"),
    partner_id: ref(row, "partner_id") ?? false,
  });
  addEntryLines(env, env.row("account.move", moveId), row, wording14(env, row));
  env.set("account.payment", row.id, { name: str(env.row("account.move", moveId), "name") });
}

function post14(env: Environment, row: Row): void {
  if (str(row, "state") !== "draft") return;
  const move = postEntry(env, num(row, "move_id"));
  env.set("account.payment", row.id, { state: "posted", name: str(move, "name") });
}

function resetToDraft(env: Environment, row: Row): void {
  const move = ref(row, "move_id");
  if (move !== null) {
    unmatch(env, move);
    env.set("account.move", move, { state: "draft" });
  }
  env.set("account.payment", row.id, env.version === 19 ? { stage: "draft" } : { state: "draft" });
}

function cancel(env: Environment, row: Row): void {
  const move = ref(row, "move_id");
  if (move !== null) {
    unmatch(env, move);
    env.set("account.move", move, { state: "cancel" });
  }
  env.set("account.payment", row.id, env.version === 19 ? { stage: "canceled" } : { state: "cancel" });
}

function removePayment(env: Environment, row: Row): void {
  const move = ref(row, "move_id");
  if (move !== null) unlink(env, "account.move", [move]);
}
