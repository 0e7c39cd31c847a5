/** `stockbridge explain order|stock`: everything that is known of one order, or how one published number came about. */
import { explainOrder } from "../../engine/explain-order.ts";
import { explainStock } from "../../engine/explain-stock.ts";
import { enabledFlow, shopOf, textOf } from "../arguments.ts";
import { EXIT, type HubCommand } from "../command.ts";

export const explain: HubCommand = async ({ hub }, args, emit) => {
  const shop = shopOf(hub, textOf(args, "shop"));
  const { connection } = shop;
  const isOrder = textOf(args, "what") === "order";
  if (isOrder) enabledFlow(shop, "order");
  const found = isOrder
    ? await explainOrder(hub, connection, textOf(args, "id"))
    : await explainStock(hub, connection, textOf(args, "id"));
  for (const text of found.lines) emit({ kind: "line", text });
  emit({ kind: "result", json: found.json });
  return EXIT.ok;
};
