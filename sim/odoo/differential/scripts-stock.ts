/** Scripts about stock: counts, reservation, delivery in parts, cancellation, quantities by context. */
import { count, loadedId, loadOrder, partner, product, type Scene } from "./scene.ts";
import type { Script } from "./scripts-data.ts";
import type { Session } from "./session.ts";

const BOTH = [19, 14] as const;

async function stockOf({ session, warehouseId, stockId }: Scene, productId: number): Promise<unknown> {
  const fields = ["qty_available", "free_qty", "virtual_available", "incoming_qty", "outgoing_qty"];
  const read = (context: object) => session.call("product.product", "read", { ids: [productId], fields, context });
  return {
    quants: await session.search(
      "stock.quant",
      [["product_id", "=", productId]],
      ["location_id", "quantity", "reserved_quantity"],
      { order: "id" },
    ),
    warehouse: await read({ warehouse_id: warehouseId }),
    warehouseOfOld: await read({ warehouse: warehouseId }),
    location: await read({ location: stockId }),
    all: await read({}),
  };
}

async function movesOf(session: Session, orderId: number): Promise<unknown> {
  const names = session.version === 19 ? ["quantity", "picked"] : ["reserved_availability", "quantity_done"];
  const fields = [
    "product_id",
    "product_uom_qty",
    "product_qty",
    "state",
    "sale_line_id",
    "location_id",
    "location_dest_id",
    "move_orig_ids",
    "origin",
    ...names,
  ];
  const moves = await session.search(
    "stock.move",
    [
      ["sale_line_id.order_id", "in", [orderId]],
      ["location_dest_id.usage", "=", "customer"],
    ],
    fields,
    { order: "id" },
  );
  const pickings = await session.search(
    "stock.picking",
    [["sale_id", "in", [orderId]]],
    ["name", "state", "origin", "backorder_id", "location_id"],
    { order: "id" },
  );
  const order = await session.search(
    "sale.order",
    [["id", "=", orderId]],
    ["state", "date_order", "invoice_status", "amount_total"],
  );
  const lines = await session.search(
    "sale.order.line",
    [["order_id", "=", orderId]],
    ["qty_delivered", "qty_to_invoice", "invoice_status"],
    { order: "id" },
  );
  return { moves, pickings, order, lines };
}

const counting: Script = {
  name: "stock: counts up, down and to nothing",
  versions: BOTH,
  play: async (scene) => {
    const productId = await product(scene, { name: "COUNT" });
    const out: Record<string, unknown> = { none: await stockOf(scene, productId) };
    for (const quantity of [5, 5, 2.5, 0, -1]) {
      const answer = await count(scene.session, productId, scene.stockId, quantity);
      out[`counted ${quantity}`] = {
        answer: scene.session.version === 19 ? answer : "an id",
        stock: await stockOf(scene, productId),
      };
    }
    return out;
  },
};

const confirming: Script = {
  name: "confirmation reserves, a second one is refused, cancelling gives back",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "CONFIRM", stock: 4 });
    const service = await product(scene, { name: "SERVICE", kind: "service" });
    const consumable = await product(scene, { name: "CONSUME", kind: "consumable" });
    const line = (id: number, quantity: string) => ({ productId: id, quantity, price: "8" });
    const a = loadedId(
      await loadOrder(scene, "a", [
        line(productId, "3"),
        line(productId, "1.5"),
        line(service, "1"),
        line(consumable, "2"),
      ]),
    );
    const b = loadedId(await loadOrder(scene, "b", [line(productId, "2")]));
    const c = loadedId(await loadOrder(scene, "c", [line(service, "2")]));
    const confirmed = await session.call("sale.order", "action_confirm", { ids: [a] });
    const afterA = { moves: await movesOf(session, a), stock: await stockOf(scene, productId) };
    const together = await session.call("sale.order", "action_confirm", { ids: [b, c] });
    const afterB = { moves: await movesOf(session, b), service: await movesOf(session, c) };
    const batch = loadedId(await loadOrder(scene, "d", [line(service, "1")]));
    const again = await session.call("sale.order", "action_confirm", { ids: [batch, a] });
    const untouched =
      session.version === 19 ? await session.search("sale.order", [["id", "=", batch]], ["state"]) : null;
    const cancelled = await session.call("sale.order", "action_cancel", {
      ids: [a],
      context: { disable_cancel_warning: true },
    });
    const afterCancel = { moves: await movesOf(session, a), stock: await stockOf(scene, productId) };
    const arrived = await count(session, productId, scene.stockId, 9);
    return {
      confirmed,
      afterA,
      together,
      afterB,
      again: session.version === 19 ? again : "differs",
      untouched,
      cancelled,
      afterCancel,
      arrived: {
        answer: session.version === 19 ? arrived : "an id",
        moves: await movesOf(session, b),
        stock: await stockOf(scene, productId),
      },
      confirmCancelled:
        session.version === 19 ? await session.call("sale.order", "action_confirm", { ids: [a] }) : null,
      deleteConfirmed: await session.call("sale.order", "unlink", { ids: [b] }),
      deleteCancelled: await session.call("sale.order", "unlink", { ids: [a] }),
    };
  },
};

const delivering: Script = {
  name: "deliveries in full and in part, on delivery policy",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "DELIVER", stock: 10, policy: "delivery" });
    const id = loadedId(await loadOrder(scene, "o", [{ productId, quantity: "4", price: "8" }]));
    await session.call("sale.order", "action_confirm", { ids: [id] });
    const picking = async () =>
      (
        await session.search(
          "stock.picking",
          [
            ["sale_id", "=", id],
            ["state", "not in", ["done", "cancel"]],
          ],
          ["name"],
        )
      ).map((row) => row["id"]);
    const move = async () =>
      (
        await session.search(
          "stock.move",
          [
            ["sale_line_id.order_id", "=", id],
            ["state", "not in", ["done", "cancel"]],
          ],
          ["state"],
        )
      ).map((row) => row["id"]);
    const done = session.version === 19 ? { quantity: 1, picked: true } : { quantity_done: 1 };
    const wrote = await session.call("stock.move", "write", { ids: await move(), vals: done });
    const written = { moves: await movesOf(session, id), stock: await stockOf(scene, productId) };
    const context = { skip_sms: true, skip_backorder: true, skip_immediate: true };
    const partial = await session.call("stock.picking", "button_validate", { ids: await picking(), context });
    const afterPartial = { moves: await movesOf(session, id), stock: await stockOf(scene, productId) };
    if (session.version === 14)
      await session.call("stock.move", "write", { ids: await move(), vals: { quantity_done: 3 } });
    const rest = await session.call("stock.picking", "button_validate", { ids: await picking(), context });
    const empty = loadedId(
      await loadOrder(scene, "e", [{ productId: await product(scene, { name: "EMPTY" }), quantity: "4", price: "8" }]),
    );
    await session.call("sale.order", "action_confirm", { ids: [empty] });
    const nothing = (await session.search("stock.picking", [["sale_id", "=", empty]], ["state"])).map(
      (row) => row["id"],
    );
    return {
      wrote,
      written,
      partial,
      afterPartial,
      rest,
      afterRest: { moves: await movesOf(session, id), stock: await stockOf(scene, productId) },
      nothingReserved: await session.call("stock.picking", "button_validate", {
        ids: nothing,
        context: { skip_sms: true },
      }),
    };
  },
};

/** As a warehouse does it: three parcels of two products, each with its number; a validation and a quantity repeated. */
const parcels: Script = {
  name: "deliveries in parcels with carrier and tracking, more than there is, and the same once more",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const service = await product(scene, { name: "CARRIAGE", kind: "service" });
    const [first, second] = [
      await product(scene, { name: "PARCELA", stock: 4 }),
      await product(scene, { name: "PARCELB", stock: 3 }),
    ];
    const link = session.version === 19 ? { tracking_url: "https://parcel.example.test/<shipmenttrackingnumber>" } : {};
    const carrier = await session.create("delivery.carrier", {
      name: `Parcel ${session.token}`,
      product_id: service,
      ...link,
    });
    const id = loadedId(
      await loadOrder(scene, "o", [
        { productId: first, quantity: "5", price: "8" },
        { productId: second, quantity: "3", price: "8" },
      ]),
    );
    await session.call("sale.order", "action_confirm", { ids: [id] });
    const context = { skip_sms: true, skip_backorder: true, skip_immediate: true };
    const send = async (units: readonly number[], values: object) => {
      const open = [["state", "not in", ["done", "cancel"]]];
      const [picking] = await session.search("stock.picking", [["sale_id", "=", id], ...open], ["name"]);
      const pickings = [picking?.["id"]];
      const moves = await session.search("stock.move", [["picking_id", "in", pickings], ...open], ["product_id"], {
        order: "id",
      });
      const wrote: unknown[] = [];
      for (const [index, move] of moves.entries()) {
        const quantity = units[index] ?? 0;
        if (quantity === 0) continue;
        const vals = session.version === 19 ? { quantity, picked: true } : { quantity_done: quantity };
        wrote.push(await session.call("stock.move", "write", { ids: [move["id"]], vals }));
      }
      await session.call("stock.picking", "write", { ids: pickings, vals: values });
      const answer = await session.call("stock.picking", "button_validate", { ids: pickings, context });
      const again = await session.call("stock.picking", "button_validate", { ids: pickings, context });
      const [move] = moves;
      const same = session.version === 19 ? { quantity: units[0], picked: true } : { quantity_done: units[0] };
      const repeated = await session.call("stock.move", "write", { ids: [move?.["id"]], vals: same });
      return { wrote, answer, again, repeated, state: await movesOf(session, id) };
    };
    const told = ["name", "state", "date_done", "carrier_id", "carrier_tracking_ref", "carrier_tracking_url"];
    const parts = [
      await send([2, 1], { carrier_id: carrier, carrier_tracking_ref: "P-1" }),
      await send([1], { carrier_tracking_ref: "P-2" }),
      await send([2, 2], {}),
    ];
    return {
      parts,
      pickings: await session.search("stock.picking", [["sale_id", "=", id]], told, { order: "id" }),
      stock: [await stockOf(scene, first), await stockOf(scene, second)],
    };
  },
};

const changes: Script = {
  name: "raising a confirmed quantity; change feed of quants and moves",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const productId = await product(scene, { name: "RAISE", stock: 10 });
    const id = loadedId(await loadOrder(scene, "o", [{ productId, quantity: "4", price: "8" }]));
    await session.call("sale.order", "action_confirm", { ids: [id] });
    const [line] = await session.search("sale.order.line", [["order_id", "=", id]], ["name"]);
    const before = await session.search("stock.quant", [["product_id", "=", productId]], ["write_date"], {
      order: "write_date desc, id desc",
      limit: 1,
    });
    await session.call("sale.order.line", "write", {
      ids: [line?.["id"]],
      vals: { product_uom_qty: 6, price_unit: 8 },
    });
    const since = String(before[0]?.["write_date"]);
    const feed = async (model: string) =>
      (
        await session.search(
          model,
          [
            ["write_date", ">=", since],
            ["product_id", "=", productId],
          ],
          ["product_id", "write_date"],
          { order: "write_date, id" },
        )
      ).length > 0;
    const refused = await session.call("sale.order", "write", { ids: [id], vals: { order_line: [[2, line?.["id"]]] } });
    return {
      moves: await movesOf(session, id),
      stock: await stockOf(scene, productId),
      quantsSeen: await feed("stock.quant"),
      movesSeen: await feed("stock.move"),
      refused,
    };
  },
};

export const STOCK_SCRIPTS: readonly Script[] = [counting, confirming, delivering, parcels, changes];
