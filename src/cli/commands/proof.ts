/** `stockbridge proof <shop> <order>`: line by line what both sides say of one order. */
import { optionalText, shopOf, textOf } from "../arguments.ts";
import { CommandError, EXIT, type HubCommand } from "../command.ts";
import { fixOf, sentenceOf } from "../../core/failures.ts";
import { unleased } from "../../engine/hub.ts";
import type { ProofRow } from "../../core/order/proof.ts";
import type { Json } from "../../core/ports/store.ts";
import { columns } from "../table.ts";

export const proof: HubCommand = async ({ hub }, args, emit) => {
  const shop = shopOf(hub, textOf(args, "shop"));
  const number = textOf(args, "order");
  const order = await shop.port.findOrderByNumber(number, unleased(hub));
  // Without the shop, what was given may still be the id.
  const id = order.ok && order.value !== null ? order.value.id : number;
  const found = await hub.store.proof(shop.connection, id);
  if (found === null && !order.ok) {
    throw new CommandError(
      `There is no proof of an order with the id ${number} of ${shop.connection}, and which order has that number only the shop can tell: ${sentenceOf(order.failure)}.`,
      fixOf(order.failure),
      EXIT.finding,
    );
  }
  if (found === null) {
    throw new CommandError(
      `There is no proof of order ${number} of ${shop.connection}.`,
      `It has not come to documents yet: stockbridge explain order ${shop.connection} ${number} says why.`,
      EXIT.finding,
    );
  }
  const provedAt = new Date(found.provedAtMs).toISOString();
  emit({
    kind: "line",
    text: `Order ${number} of ${shop.connection}: ${found.equal ? "equal on both sides" : "DIFFERENT"} (${provedAt})`,
  });
  for (const text of rowsOf(found.body)) emit({ kind: "line", text });
  emit({
    kind: "result",
    json: {
      connection: shop.connection,
      orderId: id,
      number: optionalText(args, "order"),
      equal: found.equal,
      provedAt,
      proof: found.body,
    },
  });
  return found.equal ? EXIT.ok : EXIT.finding;
};

/** The kept proof, a row each: what, the shop's amount, Odoo's. */
function rowsOf(body: Json): string[] {
  const { rows } = body as unknown as { readonly rows: readonly ProofRow[] };
  return columns([
    ["", "shop", "Odoo", ""],
    ...rows.map(({ what, shop, odoo, equal, cause }) => [
      what,
      shop,
      odoo,
      equal ? "equal" : `DIFFERENT${cause === null ? "" : ` (${cause})`}`,
    ]),
  ]);
}
