/** Scripts about orders: amounts, taxes, changes, confirmation. */
import { createRandom } from "../../random.ts";
import { invoiceOrder, loadedId, loadOrder, partner, product, type LineWish } from "./scene.ts";
import type { Script } from "./scripts-data.ts";
import type { Session } from "./session.ts";

const BOTH = [19, 14] as const;
const ORDER_FIELDS = [
  "name",
  "state",
  "client_order_ref",
  "date_order",
  "amount_untaxed",
  "amount_tax",
  "amount_total",
  "currency_id",
  "invoice_status",
  "partner_id",
  "partner_invoice_id",
  "order_line",
  "invoice_ids",
  "validity_date",
  "note",
  "warehouse_id",
  "team_id",
];

export function lineFields(session: Session): string[] {
  const common = [
    "name",
    "product_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "price_subtotal",
    "price_tax",
    "price_total",
    "qty_invoiced",
    "qty_to_invoice",
    "qty_delivered",
    "invoice_status",
    "display_type",
  ];
  return session.version === 19
    ? [...common, "tax_ids", "extra_tax_data", "technical_price_unit"]
    : [...common, "tax_id"];
}

export async function showOrder(session: Session, id: number): Promise<unknown> {
  const order = await session.search("sale.order", [["id", "=", id]], ORDER_FIELDS);
  const lines = await session.search("sale.order.line", [["order_id", "=", id]], lineFields(session), { order: "id" });
  return { order, lines };
}

const drafts: Script = {
  name: "orders: load, load again, change, delete lines",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "DRAFT" });
    const lines: LineWish[] = [
      { productId, quantity: "3", price: "8.26" },
      { productId, quantity: "1.5", price: "3.333333", taxes: "" },
    ];
    const first = await loadOrder(scene, "o", lines);
    const id = loadedId(first);
    const again = await loadOrder(scene, "o", lines);
    const shown = await showOrder(session, id);
    await loadOrder(scene, "o", [
      { productId, quantity: "4", price: "8.26" },
      { productId, quantity: "1.5", price: "4", taxes: "" },
    ]);
    const changed = await showOrder(session, id);
    const rows = await session.search("sale.order.line", [["order_id", "=", id]], ["name"], { order: "id" });
    const [one, two] = rows.map((row) => row["id"]);
    await session.call("sale.order.line", "write", { ids: [one], vals: { product_uom_qty: 7 } });
    const quantityWritten = await showOrder(session, id);
    await session.call("sale.order.line", "write", { ids: [one], vals: { price_unit: 5, discount: 12.345 } });
    const priceWritten = await showOrder(session, id);
    await session.call("sale.order", "write", { ids: [id], vals: { order_line: [[2, two]] } });
    const defaults = await session.call("sale.order", "load", {
      fields: ["id", "partner_id/id", "order_line/id", "order_line/product_id/.id", "order_line/product_uom_qty"],
      data: [[session.external("d"), session.external("p"), session.external("d_l"), String(productId), "2"]],
    });
    return {
      same: loadedId(again) === id,
      shown,
      changed,
      quantityWritten,
      priceWritten,
      deleted: await showOrder(session, id),
      defaults: await showOrder(session, loadedId(defaults)),
      unlinked: await session.call("sale.order", "unlink", { ids: [id] }),
    };
  },
};

export async function taxesOf(session: Session): Promise<readonly number[]> {
  const tax = (name: string, amount: number, more: object = {}) =>
    session.create("account.tax", { name: `${name} ${session.token}`, amount, type_tax_use: "sale", ...more });
  // 19 sets inclusion by an override of the company's setting.
  const included = session.version === 19 ? { price_include_override: "tax_included" } : { price_include: true };
  return [
    await tax("21", 21),
    await tax("6.5", 6.5),
    await tax("0", 0),
    await tax("compound 5", 5, { include_base_amount: true, sequence: 1 }),
    await tax("after 9.975", 9.975, { sequence: 2 }),
    await tax("included 19", 19, included),
  ];
}

/** Which taxes stand together on a line: places in `taxesOf`. */
const COMBINATIONS = [[0], [1], [2], [], [0, 1], [3, 4], [5], [0, 2]] as const;
const ORDERS = 7;

const amounts: Script = {
  name: "amounts of orders and invoices with many taxes",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    const random = createRandom("odoo taxes");
    await partner(scene);
    const productId = await product(scene, { name: "TAX", kind: "service" });
    const taxes = await taxesOf(session);
    const out: Record<string, unknown> = {};
    for (let at = 0; at < ORDERS; at += 1) {
      // A document with included taxes only rounds in another way than a mixed one: both occur.
      const wishes = Array.from({ length: random.int(1, 6) }, (): LineWish => {
        const chosen = at < 2 ? ([5] as readonly number[]) : random.pick(COMBINATIONS);
        return {
          productId,
          quantity: String(random.int(1, 700) / (random.chance(0.3) ? 100 : 1)),
          price: (random.int(1, 99_999) / (random.chance(0.5) ? 100 : 1000)).toString(),
          discount: random.chance(0.3) ? String(random.int(1, 99)) : "0",
          taxes: chosen.map((place) => taxes[place]).join(","),
        };
      });
      const id = loadedId(await loadOrder(scene, `t${at}`, wishes));
      out[`order ${at}`] = await amountsOf(session, id);
      await session.call("sale.order", "action_confirm", { ids: [id] });
      const invoice = await invoiceOrder(scene, id);
      out[`invoice ${at}`] = typeof invoice === "number" ? await invoiceAmounts(session, invoice) : invoice;
    }
    return out;
  },
};

async function amountsOf(session: Session, id: number): Promise<unknown> {
  const order = await session.search("sale.order", [["id", "=", id]], ["amount_untaxed", "amount_tax", "amount_total"]);
  const fields = ["product_uom_qty", "price_unit", "discount", "price_subtotal", "price_tax", "price_total"];
  return { order, lines: await session.search("sale.order.line", [["order_id", "=", id]], fields, { order: "id" }) };
}

export async function invoiceAmounts(session: Session, id: number): Promise<unknown> {
  const invoice = await session.search(
    "account.move",
    [["id", "=", id]],
    ["amount_untaxed", "amount_tax", "amount_total", "amount_residual"],
  );
  const fields = [
    "quantity",
    "price_unit",
    "price_subtotal",
    "price_total",
    "amount_currency",
    "balance",
    "debit",
    "credit",
    "tax_line_id",
    "tax_ids",
  ];
  const lines = await session.search("account.move.line", [["move_id", "=", id]], fields, { order: "id" });
  return {
    invoice,
    lines: lines
      .map((line) => JSON.stringify({ ...line, id: 0 }))
      .sort()
      .map((line) => JSON.parse(line) as unknown),
  };
}

function extraFor(tax: string, currencyId: number): object {
  return {
    currency_id: currencyId,
    price_unit: 8.26,
    discount: 0,
    quantity: 3,
    rate: 1,
    manual_total_excluded_currency: 24.79,
    manual_tax_amounts: { [tax]: { tax_amount_currency: 5.22, base_amount_currency: 24.79 } },
  };
}

const exact: Script = {
  name: "extra_tax_data keeps given amounts, or is ignored",
  versions: [19],
  play: async (scene) => {
    const { session, taxId, currencyId } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "EXACT", kind: "service" });
    const taxes = await taxesOf(session);
    const tax = String(taxes[0]);
    const given = (more: object = {}) => ({ ...extraFor(tax, currencyId), ...more });
    const line = (extra: unknown, more: Partial<LineWish> = {}): LineWish => {
      return { productId, quantity: "3", price: "8.26", taxes: tax, extra, ...more };
    };
    // The same net with this tax instead, at this amount.
    const listing = (taxId: unknown, amount: number, net = 24.79): LineWish => {
      const amounts = { tax_amount_currency: amount, base_amount_currency: net };
      const more = { manual_tax_amounts: { [String(taxId)]: amounts }, manual_total_excluded_currency: net };
      return line(given(more), { taxes: String(taxId) });
    };
    const play = async (name: string, wishes: readonly LineWish[]) => {
      const id = loadedId(await loadOrder(scene, name, wishes));
      const before = await amountsOf(session, id);
      await session.call("sale.order", "action_confirm", { ids: [id] });
      const invoice = await invoiceOrder(scene, id);
      return { before, invoice: typeof invoice === "number" ? await invoiceAmounts(session, invoice) : invoice };
    };
    const untaxed = { ...given({ manual_tax_amounts: { "0": {} }, manual_total_excluded_currency: 24.77 }) };
    const two = {
      [tax]: { tax_amount_currency: 5.19, base_amount_currency: 24.79 },
      [String(taxes[1])]: { tax_amount_currency: 1.63, base_amount_currency: 24.79 },
    };
    return {
      counts: await play("a", [line(given())]),
      twoLines: await play("b", [
        line(given()),
        line(undefined, { price: "3.333" }),
        line(given({ manual_total_excluded_currency: 24.78 })),
      ]),
      otherPrice: await play("c", [line(given({ price_unit: 8.27 }))]),
      nearPrice: await play("d", [line(given(), { price: "8.260001" })]),
      otherQuantity: await play("e", [line(given({ quantity: 2 }))]),
      otherDiscount: await play("f", [line(given({ discount: 1 }))]),
      otherCurrency: await play("g", [line(given({ currency_id: currencyId + 1000 }))]),
      taxNotListed: await play("h", [line(given(), { taxes: `${tax},${taxes[1]}` })]),
      bothListed: await play("i", [line(given({ manual_tax_amounts: two }), { taxes: `${tax},${taxes[1]}` })]),
      withoutTax: await play("j", [line(untaxed, { taxes: "" })]),
      zeroTax: await play("k", [listing(taxes[2], 0)]),
      included: await play("l", [listing(taxes[5], 3.95, 20.84)]),
      standard: await play("m", [listing(taxId, 3.75)]),
    };
  },
};

const rewriting: Script = {
  name: "extra_tax_data rewritten on an order and on a draft invoice",
  versions: [19],
  play: async (scene) => {
    const { session, taxId, currencyId } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "REWRITE", kind: "service" });
    const id = loadedId(await loadOrder(scene, "o", [{ productId, quantity: "3", price: "8.26" }]));
    const lines = (await session.search("sale.order.line", [["order_id", "=", id]], ["name"])).map((row) => row["id"]);
    const extra = (price: number, quantity = 3) => ({
      currency_id: currencyId,
      price_unit: price,
      discount: 0,
      quantity,
      rate: 1,
      manual_total_excluded_currency: 24.8,
      manual_tax_amounts: { [String(taxId)]: { tax_amount_currency: 3.77, base_amount_currency: 24.8 } },
    });
    const write = (vals: object) => session.call("sale.order.line", "write", { ids: lines, vals });
    const out: Record<string, unknown> = {};
    await write({ extra_tax_data: extra(8.26) });
    out["alone"] = await amountsOf(session, id);
    await write({ extra_tax_data: extra(8.26), price_unit: 8.26 });
    out["with price"] = await amountsOf(session, id);
    await write({ product_uom_qty: 2 });
    out["quantity"] = await amountsOf(session, id);
    await write({ product_uom_qty: 3, price_unit: 8.26 });
    out["back"] = await amountsOf(session, id);
    await session.call("sale.order", "action_confirm", { ids: [id] });
    const invoice = Number(await invoiceOrder(scene, id));
    out["invoice"] = await invoiceAmounts(session, invoice);
    const [row] = await session.search(
      "account.move.line",
      [
        ["move_id", "=", invoice],
        ["display_type", "=", "product"],
      ],
      ["name"],
    );
    const adjust = (vals: object) =>
      session.call("account.move", "write", { ids: [invoice], vals: { invoice_line_ids: [[1, row?.["id"], vals]] } });
    const second = {
      ...extra(8.26),
      manual_tax_amounts: { [String(taxId)]: { tax_amount_currency: 3.81, base_amount_currency: 24.8 } },
    };
    await adjust({ extra_tax_data: second });
    out["invoice alone"] = await invoiceAmounts(session, invoice);
    await adjust({ extra_tax_data: second, price_unit: 8.260001 });
    out["invoice with price"] = await invoiceAmounts(session, invoice);
    return out;
  },
};

export const ORDER_SCRIPTS: readonly Script[] = [drafts, amounts, exact, rewriting];
