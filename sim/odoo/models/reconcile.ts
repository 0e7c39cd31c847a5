/** Partial and full matches of journal items. */
import type { OdooVersion } from "../orm/environment.ts";
import { char, date, many2many, many2one, monetary } from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { ids, num, str } from "../orm/row.ts";
import { STAMPS } from "./stamps.ts";

const partial: ModelDefinition = {
  name: "account.partial.reconcile",
  label: "Partial Reconcile",
  order: "id",
  fields: {
    debit_move_id: many2one("Debit Move", "account.move.line", { required: true, index: true }),
    credit_move_id: many2one("Credit Move", "account.move.line", { required: true, index: true }),
    full_reconcile_id: many2one("Full Reconcile", "account.full.reconcile"),
    amount: monetary("Amount"),
    debit_amount_currency: monetary("Debit Amount Currency"),
    credit_amount_currency: monetary("Credit Amount Currency"),
    company_id: many2one("Company", "res.company", { default: () => 1 }),
    max_date: date("Max Date of Matched Lines", {
      compute: (env, row) => {
        const dates = ["debit_move_id", "credit_move_id"].map((field) => {
          const line = env.row("account.move.line", num(row, field));
          return str(env.row("account.move", num(line, "move_id")), "date");
        });
        return dates.sort().at(-1);
      },
    }),
    ...STAMPS,
  },
  displayName: (env, row) => (env.version === 19 ? `account.partial.reconcile,${row.id}` : String(row.id)),
};

function full(version: OdooVersion): ModelDefinition {
  return {
    name: "account.full.reconcile",
    label: "Full Reconcile",
    order: "id",
    fields: {
      ...(version === 14 ? { name: char("Number") } : {}),
      partial_reconcile_ids: many2many("Reconciliation Parts", "account.partial.reconcile"),
      reconciled_line_ids: many2many("Matched Journal Items", "account.move.line"),
      ...STAMPS,
    },
    displayName: (_, row) => (version === 19 ? `account.full.reconcile,${row.id}` : `A${row.id}`),
    created: (env, row) => {
      for (const line of ids(row, "reconciled_line_ids"))
        env.set("account.move.line", line, { full_reconcile_id: row.id });
      for (const one of ids(row, "partial_reconcile_ids")) {
        env.set("account.partial.reconcile", one, { full_reconcile_id: row.id });
      }
    },
  };
}

export function reconcileModels(version: OdooVersion): readonly ModelDefinition[] {
  return [partial, full(version)];
}
