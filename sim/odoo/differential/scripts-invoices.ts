/** Scripts about invoices: wizard, header, tax lines by hand, posting, and what is refused on the way. */
import { invoiceOrder, loadedId, loadOrder, partner, product, type Scene } from "./scene.ts";
import type { Script } from "./scripts-data.ts";
import { invoiceAmounts, showOrder } from "./scripts-orders.ts";
import type { Session } from "./session.ts";

const BOTH = [19, 14] as const;

const MOVE_FIELDS = [
  "name",
  "move_type",
  "state",
  "payment_state",
  "invoice_date",
  "date",
  "invoice_date_due",
  "ref",
  "payment_reference",
  "invoice_origin",
  "amount_untaxed",
  "amount_tax",
  "amount_total",
  "amount_residual",
  "amount_residual_signed",
  "currency_id",
  "partner_id",
  "display_name",
];

export async function showMove(session: Session, id: number): Promise<unknown> {
  const special =
    session.version === 19
      ? ["display_type", "account_type"]
      : ["display_type", "exclude_from_invoice_tab", "account_internal_type"];
  const fields = [
    "name",
    "product_id",
    "quantity",
    "price_unit",
    "price_subtotal",
    "price_total",
    "tax_ids",
    "tax_line_id",
    "amount_currency",
    "balance",
    "debit",
    "credit",
    "amount_residual",
    "reconciled",
    "full_reconcile_id",
    "matching_number",
    "sale_line_ids",
    "date_maturity",
    "parent_state",
    "account_id",
    ...special,
  ];
  const lines = await session.search("account.move.line", [["move_id", "=", id]], fields, { order: "id" });
  return {
    // The number of a match is a database id on 19.
    move: await session.search("account.move", [["id", "=", id]], MOVE_FIELDS),
    lines: lines.map((line) => ({
      ...line,
      matching_number: String(line["matching_number"]).replace(/\d+/, "N"),
      full_reconcile_id: Array.isArray(line["full_reconcile_id"]),
    })),
  };
}

export async function invoiced(
  scene: Scene,
  name: string,
  prices: readonly string[],
): Promise<{ readonly order: number; readonly invoice: number }> {
  const productId = await product(scene, { name: `I${name}`, kind: "service" });
  const order = loadedId(
    await loadOrder(
      scene,
      name,
      prices.map((price) => ({ productId, quantity: "3", price })),
    ),
  );
  await scene.session.call("sale.order", "action_confirm", { ids: [order] });
  return { order, invoice: Number(await invoiceOrder(scene, order)) };
}

const invoicing: Script = {
  name: "invoices: wizard, header, posting",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const { order, invoice } = await invoiced(scene, "a", ["8.26", "3.335"]);
    const draft = await showMove(session, invoice);
    const second = await invoiceOrder(scene, order);
    const fields = [".id", "invoice_date", ...(session.version === 14 ? ["date"] : []), "ref", "payment_reference"];
    const loaded = await session.call("account.move", "load", {
      fields,
      data: [
        [
          String(invoice),
          "2020-01-02",
          ...(session.version === 14 ? ["2020-01-02"] : []),
          `REF ${session.token}`,
          `PAY ${session.token}`,
        ],
      ],
    });
    const header = await showMove(session, invoice);
    const posted = await session.call("account.move", "action_post", { ids: [invoice] });
    const again = await session.call("account.move", "action_post", { ids: [invoice] });
    const other = await invoiced(scene, "b", ["10"]);
    const plain = await session.call("account.move", "action_post", { ids: [other.invoice] });
    return {
      draft: session.version === 19 ? draft : withoutName(draft),
      second,
      loaded,
      header: session.version === 19 ? header : withoutName(header),
      posted,
      again,
      shown: await showMove(session, invoice),
      order: await showOrder(session, order),
      plain,
      plainShown: await showMove(session, other.invoice),
      deletePosted: await session
        .call("account.move", "unlink", { ids: [invoice] })
        .then((answer) => (answer as { refused?: string }).refused),
      oneBadRow: await session.call("account.move", "load", {
        fields: [".id", "ref"],
        data: [
          [String(invoice), "X"],
          ["99999999", "Y"],
        ],
      }),
      kept: await session.search("account.move", [["id", "=", invoice]], ["ref"]),
    };
  },
};

/** 14 gives the first draft of a month its number: which draft that is depends on what was there before. */
function withoutName(shown: unknown): unknown {
  const { move, lines } = shown as { move: Record<string, unknown>[]; lines: unknown };
  return {
    move: move.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([key]) => key !== "name" && key !== "display_name")),
    ),
    lines,
  };
}

const taxEdit: Script = {
  name: "tax lines of a draft invoice set by hand",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const { invoice } = await invoiced(scene, "a", ["8.26", "3.33"]);
    const out: Record<string, unknown> = { before: await invoiceAmounts(session, invoice) };
    const kind = session.version === 19 ? "account_type" : "account_internal_type";
    const rows = await session.search(
      "account.move.line",
      [["move_id", "=", invoice]],
      ["tax_line_id", "amount_currency", kind],
    );
    const tax = rows.find((row) => row["tax_line_id"] !== false);
    const receivable = rows.find((row) => String(row[kind]).includes("receivable"));
    const cents = (row: typeof tax, delta: number) =>
      Math.round((Number(row?.["amount_currency"]) + delta) * 100) / 100;
    const taxAmount = cents(tax, -0.02);
    const total = cents(receivable, 0.02);
    if (session.version === 19) {
      await session.call("account.move", "write", {
        ids: [invoice],
        vals: { line_ids: [[1, tax?.["id"], { amount_currency: cents(tax, -0.01) }]] },
      });
      out["tax alone"] = await invoiceAmounts(session, invoice);
    }
    out["answer"] = await session.call("account.move", "write", {
      ids: [invoice],
      vals: {
        line_ids: [
          [1, tax?.["id"], { amount_currency: taxAmount, debit: 0, credit: -taxAmount }],
          [1, receivable?.["id"], { amount_currency: total, debit: total, credit: 0 }],
        ],
      },
    });
    out["both"] = await invoiceAmounts(session, invoice);
    out["header"] = await session.call("account.move", "write", {
      ids: [invoice],
      vals: { invoice_date: "2020-01-02", ref: "H" },
    });
    out["after header"] = await invoiceAmounts(session, invoice);
    if (session.version === 14) {
      out["unbalanced"] = await session
        .call("account.move", "write", {
          ids: [invoice],
          vals: { line_ids: [[1, tax?.["id"], { amount_currency: taxAmount - 1, debit: 0, credit: 1 - taxAmount }]] },
        })
        .then((answer) => (answer as { refused?: string }).refused);
    }
    out["posted"] = await session.call("account.move", "action_post", { ids: [invoice] });
    out["after"] = await invoiceAmounts(session, invoice);
    out["edit posted"] = await session
      .call("account.move", "write", {
        ids: [invoice],
        vals: { line_ids: [[1, tax?.["id"], { amount_currency: -1, debit: 0, credit: 1 }]] },
      })
      .then((answer) => (answer as { refused?: string }).refused);
    return out;
  },
};

export const INVOICE_SCRIPTS: readonly Script[] = [invoicing, taxEdit];
