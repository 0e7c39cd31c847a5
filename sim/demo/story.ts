/** Which chapters are told of which shops, and in which order. */
import * as orders from "./order-chapters.ts";
import type { DemoShop } from "./shop.ts";
import { lastUnit, odooOutage, oneShelf, openingStock, warehouseDay } from "./stock-chapters.ts";
import type { Telling } from "./telling.ts";

export type Chapter = (telling: Telling) => Promise<void>;

/** With one shop all of it happens there; with several its chapters are shared out between them. */
export function storyOf(shops: readonly DemoShop[]): readonly Chapter[] {
  const [first, second] = shops;
  if (first === undefined) throw new Error("a story needs a shop");
  const last = second ?? first;
  const inShop =
    (play: (telling: Telling, shop: DemoShop) => Promise<void>, shop: DemoShop): Chapter =>
    (telling) =>
      play(telling, shop);
  const told = shops.filter(({ hearsOfParcels }) => hearsOfParcels);
  return [
    openingStock,
    inShop(orders.ordinaryOrder, first),
    inShop(orders.discountAndFee, first),
    ...shops.filter(({ payments }) => payments.has("gift-card")).map((shop) => inShop(orders.giftCard, shop)),
    inShop(orders.bankTransfer, last),
    inShop(orders.unknownSku, last),
    ...told.map((shop) => inShop(orders.parcelsLeave, shop)),
    warehouseDay,
    inShop(orders.doubledWebhook, first),
    ...told.map((shop) => inShop(orders.parcelsAreTold, shop)),
    orders.somethingComesBack,
    ...(second === undefined
      ? []
      : [
          (telling: Telling) => oneShelf(telling, [first, second]),
          (telling: Telling) => lastUnit(telling, [second, first]),
        ]),
    odooOutage,
  ];
}
