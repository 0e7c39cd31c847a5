/** Accounts, journals, taxes and payment methods. */
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, char, float, integer, many2one, one2many, selection, type Fields } from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { str, type Row } from "../orm/row.ts";
import { STAMPS } from "./stamps.ts";

function account(version: OdooVersion): ModelDefinition {
  const kind =
    version === 19
      ? { account_type: char("Type", { required: true }) }
      : { internal_type: char("Internal Type", { required: true }) };
  return {
    name: "account.account",
    label: "Account",
    order: "code, id",
    fields: {
      code: char("Code", { required: true, index: true }),
      name: char("Account Name", { required: true }),
      ...kind,
      reconcile: boolean("Allow Reconciliation"),
      purpose: char("Purpose", { hidden: true, index: true }),
      ...STAMPS,
    },
    displayName: (_, row) => (version === 19 ? str(row, "name") : `${str(row, "code")} ${str(row, "name")}`),
  };
}

function journal(version: OdooVersion): ModelDefinition {
  const accounts =
    version === 19
      ? {
          inbound_payment_method_line_ids: one2many(
            "Inbound Payment Methods",
            "account.payment.method.line",
            "journal_id",
            {
              only: (row) => row["payment_type"] === "inbound",
            },
          ),
        }
      : {
          payment_debit_account_id: many2one("Outstanding Receipts Account", "account.account"),
          payment_credit_account_id: many2one("Outstanding Payments Account", "account.account"),
        };
  return {
    name: "account.journal",
    label: "Journal",
    order: version === 19 ? "sequence, type, code" : "sequence, type, code",
    fields: {
      name: char("Journal Name", { required: true }),
      code: char("Short Code", { required: true, index: true }),
      type: selection(
        "Type",
        [
          ["sale", "Sales"],
          ["purchase", "Purchase"],
          ["cash", "Cash"],
          ["bank", "Bank"],
          ["general", "Miscellaneous"],
        ],
        { required: true },
      ),
      sequence: integer("Sequence", { default: () => 10 }),
      active: boolean("Active", { default: () => true }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      currency_id: many2one("Currency", "res.currency"),
      default_account_id: many2one("Default Account", "account.account"),
      ...accounts,
      ...STAMPS,
    },
  };
}

function tax(version: OdooVersion): ModelDefinition {
  const override: Fields =
    version === 19
      ? {
          price_include_override: selection("Included in Price", [
            ["tax_included", "Tax Included"],
            ["tax_excluded", "Tax Excluded"],
          ]),
        }
      : {};
  const follow = (env: Environment, row: Row) => {
    const chosen = str(row, "price_include_override");
    if (chosen !== "") env.set("account.tax", row.id, { price_include: chosen === "tax_included" });
  };
  return {
    name: "account.tax",
    label: "Tax",
    order: "sequence, id",
    fields: {
      name: char("Tax Name", { required: true }),
      description: char(version === 19 ? "Description" : "Label on Invoices"),
      type_tax_use: selection(
        "Tax Type",
        [
          ["sale", "Sales"],
          ["purchase", "Purchases"],
          ["none", "None"],
        ],
        {
          required: true,
          default: () => "sale",
        },
      ),
      amount_type: selection(
        "Tax Computation",
        [
          ["group", "Group of Taxes"],
          ["fixed", "Fixed"],
          ["percent", "Percentage"],
          ["division", "Percentage Tax Included"],
        ],
        { required: true, default: () => "percent" },
      ),
      amount: float("Amount", { digits: 4 }),
      price_include: boolean("Included in Price"),
      ...override,
      include_base_amount: boolean("Affect Base of Subsequent Taxes"),
      is_base_affected: boolean("Base Affected by Previous Taxes", { default: () => true }),
      sequence: integer("Sequence", { default: () => 1 }),
      active: boolean("Active", { default: () => true }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      is_default: boolean("Default", { hidden: true }),
      ...STAMPS,
    },
    created: follow,
    written: follow,
  };
}

const method: ModelDefinition = {
  name: "account.payment.method",
  label: "Payment Methods",
  order: "id",
  fields: { name: char("Name"), code: char("Code"), payment_type: char("Payment Type"), ...STAMPS },
};

const methodLine: ModelDefinition = {
  name: "account.payment.method.line",
  label: "Payment Methods",
  order: "sequence, id",
  fields: {
    name: char("Name"),
    sequence: integer("Sequence", { default: () => 10 }),
    payment_type: char("Payment Type"),
    payment_method_id: many2one("Payment Method", "account.payment.method"),
    payment_account_id: many2one("Outstanding Account", "account.account"),
    journal_id: many2one("Journal", "account.journal", { index: true }),
    ...STAMPS,
  },
};

export function accountBasics(version: OdooVersion): readonly ModelDefinition[] {
  const basics = [account(version), journal(version), tax(version), method];
  return version === 19 ? [...basics, methodLine] : basics;
}
