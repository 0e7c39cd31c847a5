/** Scripts about refunds: a credit note and its lines, the money back, deliveries that are shortened, goods that come back. */
import { invoiceOrder, loadedId, loadOrder, many2oneId, partner, product, type Scene } from "./scene.ts";
import type { Script } from "./scripts-data.ts";
import { invoiced } from "./scripts-invoices.ts";
import type { Session } from "./session.ts";

const BOTH = [19, 14] as const;

async function note(scene: Scene, name: string, invoice: number): Promise<number> {
  const { session } = scene;
  const own = session.version === 14 ? ["date"] : [];
  const [row] = await session.search("account.move", [["id", "=", invoice]], ["journal_id"]);
  const fields = [
    "id",
    "move_type",
    "partner_id/id",
    "reversed_entry_id/.id",
    "journal_id/.id",
    "invoice_date",
    ...own,
    "ref",
  ];
  const data = [
    session.external(name),
    "out_refund",
    session.external("p"),
    String(invoice),
    String(many2oneId(row?.["journal_id"])),
    "2020-01-05",
    ...own.map(() => "2020-01-05"),
    `R-${session.token} refund`,
  ];
  const first = loadedId(await session.call("account.move", "load", { fields, data: [data] }));
  const again = loadedId(await session.call("account.move", "load", { fields, data: [data] }));
  if (first !== again) throw new Error("a second load made another credit note");
  return first;
}

async function setLines(scene: Scene, id: number, price: number, orderLine: number | null): Promise<unknown> {
  const values = {
    name: "Taken back",
    quantity: 1,
    price_unit: price,
    discount: 0,
    tax_ids: [[6, 0, [scene.taxId]]],
    ...(orderLine === null ? {} : { sale_line_ids: [[6, 0, [orderLine]]] }),
  };
  const money = { name: "Goodwill", quantity: 1, price_unit: 1.21, discount: 0, tax_ids: [[6, 0, []]] };
  return scene.session.call("account.move", "write", {
    ids: [id],
    vals: {
      invoice_line_ids: [
        [5, 0, 0],
        [0, 0, values],
        [0, 0, money],
      ],
    },
  });
}

async function show(session: Session, ids: readonly number[]): Promise<unknown> {
  const fields = [
    "move_type",
    "state",
    "payment_state",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
  ];
  const lines = ["name", "quantity", "price_unit", "price_subtotal", "amount_currency", "balance"];
  return {
    moves: await session.search("account.move", [["id", "in", ids]], [...fields, "invoice_date", "ref"], {
      order: "id",
    }),
    // Tax and receivable lines stand in another order on each version.
    lines: await session.search(
      "account.move.line",
      [
        ["move_id", "in", ids],
        ["name", "in", ["Taken back", "Goodwill"]],
      ],
      lines,
      {
        order: "id",
      },
    ),
  };
}

async function orderLines(session: Session, order: number): Promise<unknown> {
  return {
    order: await session.search("sale.order", [["id", "=", order]], ["invoice_status"]),
    lines: await session.search("sale.order.line", [["order_id", "=", order]], ["qty_invoiced", "qty_to_invoice"], {
      order: "id",
    }),
  };
}

async function receivable(session: Session, moveId: number): Promise<number> {
  const condition =
    session.version === 19 ? ["account_type", "=", "asset_receivable"] : ["account_internal_type", "=", "receivable"];
  return session.findId("account.move.line", [["move_id", "=", moveId], condition]);
}

const crediting: Script = {
  name: "credit notes: loaded once, lines replaced, set against an open invoice",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const { order, invoice } = await invoiced(scene, "c", ["8.26"]);
    await session.call("account.move", "action_post", { ids: [invoice] });
    const line = await session.findId("sale.order.line", [["order_id", "=", order]]);
    const id = await note(scene, "c_r", invoice);
    const written = [await setLines(scene, id, 8.26, line), await setLines(scene, id, 8.26, line)];
    const draft = await show(session, [id]);
    const posted = await session.call("account.move", "action_post", { ids: [id] });
    const after = await show(session, [invoice, id]);
    const set =
      session.version === 19
        ? null
        : await session
            .call("account.move", "js_assign_outstanding_line", {
              ids: [invoice],
              line_id: await receivable(session, id),
            })
            .then(() => show(session, [invoice, id]));
    return {
      written,
      draft,
      posted: session.version === 19 ? posted : "text",
      after,
      set,
      order: await orderLines(session, order),
    };
  },
};

const givingBack: Script = {
  name: "credit notes: the money given back",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const { invoice } = await invoiced(scene, "g", ["10"]);
    await session.call("account.move", "action_post", { ids: [invoice] });
    const paid = await pay(scene, "in", "inbound", "34.5");
    await match(session, await receivable(session, invoice), await receivable(session, paid.move));
    const id = await note(scene, "g_r", invoice);
    await setLines(scene, id, 10, null);
    await session.call("account.move", "action_post", { ids: [id] });
    const open = await show(session, [invoice, id]);
    const given = await pay(scene, "out", "outbound", "12.71");
    await match(session, await receivable(session, given.move), await receivable(session, id));
    return {
      open,
      given: await session.search(
        "account.payment",
        [["id", "=", given.id]],
        ["payment_type", "amount", "is_reconciled"],
      ),
      after: await show(session, [invoice, id]),
    };
  },
};

async function pay(scene: Scene, name: string, kind: string, amount: string): Promise<{ id: number; move: number }> {
  const { session } = scene;
  const method =
    session.version === 19
      ? []
      : [
          await session.findId("account.payment.method", [
            ["code", "=", "manual"],
            ["payment_type", "=", kind],
          ]),
        ];
  const fields = ["id", "payment_type", "partner_type", "partner_id/id", "amount", "date", "journal_id/.id"];
  const row = [
    session.external(name),
    kind,
    "customer",
    session.external("p"),
    amount,
    "2020-01-03",
    String(scene.journalId),
  ];
  const loaded = await session.call("account.payment", "load", {
    fields: [...fields, ...method.map(() => "payment_method_id/.id")],
    data: [[...row, ...method.map(String)]],
  });
  const id = loadedId(loaded);
  await session.call("account.payment", "action_post", { ids: [id] });
  const [found] = await session.search("account.payment", [["id", "=", id]], ["move_id"]);
  return { id, move: many2oneId(found?.["move_id"]) };
}

async function match(session: Session, debit: number, credit: number): Promise<void> {
  const [row] = await session.search("account.move.line", [["id", "=", debit]], ["amount_residual"]);
  const amount = String(row?.["amount_residual"]);
  const fields = [
    "id",
    "debit_move_id/.id",
    "credit_move_id/.id",
    "amount",
    "debit_amount_currency",
    "credit_amount_currency",
  ];
  const data = [[session.external(`m${debit}`), String(debit), String(credit), amount, amount, amount]];
  loadedId(await session.call("account.partial.reconcile", "load", { fields, data }));
}

const goods: Script = {
  name: "refunded goods: a shortened delivery lets go, a return brings back",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const ids = [await product(scene, { name: "GA", stock: 10 }), await product(scene, { name: "GB", stock: 10 })];
    const order = loadedId(
      await loadOrder(
        scene,
        "s",
        ids.map((productId) => ({ productId, quantity: "3", price: "5" })),
      ),
    );
    await session.call("sale.order", "action_confirm", { ids: [order] });
    const invoice = await invoiceOrder(scene, order);
    const [first, second] = await moves(session, order);
    await session.call("stock.move", "write", { ids: [first?.["id"]], vals: { product_uom_qty: 2 } });
    await session.call("stock.move", "write", { ids: [second?.["id"]], vals: { product_uom_qty: 0 } });
    const shortened = await shown(session, order);
    const picking = many2oneId(first?.["picking_id"]);
    await session.call("stock.picking", "action_assign", { ids: [picking] });
    const reserved = await shown(session, order);
    const done = session.version === 19 ? { quantity: 2, picked: true } : { quantity_done: 2 };
    await session.call("stock.move", "write", { ids: [first?.["id"]], vals: done });
    const context = { skip_sms: true, skip_backorder: true, skip_immediate: true };
    const validated = await session.call("stock.picking", "button_validate", { ids: [picking], context });
    const sent = await shown(session, order);
    const back = await takeBack(scene, first, context);
    return { invoice: typeof invoice, shortened, reserved, validated, sent, back, after: await shown(session, order) };
  },
};

type Found = Readonly<Record<string, unknown>> | undefined;

async function moves(session: Session, order: number): Promise<readonly Found[]> {
  const fields = [
    "product_uom_qty",
    "state",
    "picking_id",
    "product_id",
    "product_uom",
    "location_id",
    "location_dest_id",
    "sale_line_id",
  ];
  return session.search("stock.move", [["sale_line_id.order_id", "=", order]], fields, { order: "id" });
}

async function shown(session: Session, order: number): Promise<unknown> {
  const reserved = session.version === 19 ? "quantity" : "reserved_availability";
  const fields = [
    "product_uom_qty",
    "state",
    reserved,
    "location_id",
    "location_dest_id",
    "origin_returned_move_id",
    "to_refund",
  ];
  return {
    moves: await session.search("stock.move", [["sale_line_id.order_id", "=", order]], fields, { order: "id" }),
    lines: await session.search("sale.order.line", [["order_id", "=", order]], ["qty_delivered", "qty_invoiced"], {
      order: "id",
    }),
  };
}

async function takeBack(scene: Scene, sent: Found, context: object): Promise<unknown> {
  const { session, warehouseId, stockId } = scene;
  const [warehouse] = await session.search("stock.warehouse", [["id", "=", warehouseId]], ["in_type_id"]);
  const list = session.version === 19 ? "move_ids" : "move_lines";
  const of = (field: string) => String(many2oneId(sent?.[field]));
  const from = of("location_dest_id");
  const head = [
    ["id", session.external("ret")],
    ["picking_type_id/.id", String(many2oneId(warehouse?.["in_type_id"]))],
    ["location_id/.id", from],
    ["location_dest_id/.id", String(stockId)],
    ["origin", `R-${session.token} refund`],
    ...(session.version === 19 ? [["return_id/.id", of("picking_id")]] : []),
  ];
  const line = [
    ["id", session.external("ret_m")],
    ...(session.version === 14 ? [["name", "back"]] : []),
    ["product_id/.id", of("product_id")],
    ["product_uom_qty", "1"],
    ["product_uom/.id", of("product_uom")],
    ["location_id/.id", from],
    ["location_dest_id/.id", String(stockId)],
    ["origin_returned_move_id/.id", String(Number(sent?.["id"]))],
    ["sale_line_id/.id", of("sale_line_id")],
    ["to_refund", "1"],
  ];
  const fields = [...head.map(([field]) => field), ...line.map(([field]) => `${list}/${field}`)];
  const data = [[...head, ...line].map(([, value]) => value)];
  const first = loadedId(await session.call("stock.picking", "load", { fields, data }));
  const again = loadedId(await session.call("stock.picking", "load", { fields, data }));
  const state = () => session.search("stock.picking", [["id", "=", first]], ["state", "picking_type_code"]);
  const draft = await state();
  const confirmed = await session.call("stock.picking", "action_confirm", { ids: [first] });
  const ready = await state();
  const [move] = await session.search("stock.move", [["picking_id", "=", first]], ["product_uom_qty"]);
  const done = session.version === 19 ? { quantity: 1, picked: true } : { quantity_done: 1 };
  await session.call("stock.move", "write", { ids: [move?.["id"]], vals: done });
  const validated = await session.call("stock.picking", "button_validate", { ids: [first], context });
  return { same: first === again, draft, confirmed, ready, validated, done: await state() };
}

export const REFUND_SCRIPTS: readonly Script[] = [crediting, givingBack, goods];
