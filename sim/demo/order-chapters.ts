/** Chapters about orders: each does something a merchant knows, waits until both sides agree, and says what is seen. */
import { NEW_ARTICLE } from "./catalog.ts";
import { cents, sumOf } from "./cents.ts";
import type { DemoOrder, DemoShop } from "./shop.ts";
import {
  arrives,
  buy,
  chapter,
  check,
  isSingle,
  LONG_PATIENCE_MS,
  seconds,
  seen,
  verifyStock,
  verify,
  type Telling,
} from "./telling.ts";

export async function ordinaryOrder(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "An order like most");
  const order = buy(telling, shop, 0, {
    items: [
      { sku: "TEAPOT", quantity: 1 },
      { sku: "COOKBOOK", quantity: 2 },
    ],
    parcel: "4.95",
    paidBy: "card",
  });
  await arrives(telling, shop, order);
  const proof = await stage.hub.command(["proof", shop.id, order.number]);
  narrator.hub(`stockbridge proof ${shop.id} ${order.number} puts both sides beside each other:`);
  for (const line of proof.text.split("\n").slice(1)) narrator.hub(line);
  check(telling, proof.code === 0, "Every line, each tax and the total are equal to the cent.");
}

export async function discountAndFee(telling: Telling, shop: DemoShop): Promise<void> {
  const { narrator } = telling;
  const onDelivery = shop.payments.has("on-delivery");
  chapter(telling, `A coupon, a size, a fee${onDelivery ? ", cash on delivery" : ""}`);
  const order = buy(telling, shop, 1, {
    items: [
      { sku: "TSHIRT-M-BLK", quantity: 2 },
      { sku: "MUG-BLUE", quantity: 3 },
    ],
    coupon: true,
    parcel: "4.95",
    giftWrapping: "1.35",
    paidBy: onDelivery ? "on-delivery" : "card",
  });
  await arrives(telling, shop, order);
  if (onDelivery) narrator.say("Cash on delivery is money that the carrier has, not the shop: no payment is booked.");
}

export async function giftCard(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage } = telling;
  chapter(telling, "Prices with tax, and a gift card that is not enough");
  const order = buy(telling, shop, 3, {
    items: [
      { sku: "MUG-BLUE", quantity: 2 },
      { sku: "COOKBOOK", quantity: 1 },
    ],
    pricesWithTax: true,
    parcel: "4.95",
    paidBy: "gift-card",
    giftCard: "20.00",
  });
  await arrives(telling, shop, order);
  const { payments } = stage.odoo.documentsOf(order.number);
  check(
    telling,
    payments.length === 2 && sumOf(payments) === cents(order.total),
    "Each part is a payment of its own, in the journal of its kind; together they pay the invoice.",
  );
}

export async function bankTransfer(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "A bank transfer that takes its time");
  const order = buy(telling, shop, 2, { items: [{ sku: "TSHIRT-L-BLK", quantity: 1 }], paidBy: "transfer" });
  await verify(
    telling,
    `Order #${order.number} waits as a draft in Odoo: nothing is posted.`,
    () => stage.odoo.documentsOf(order.number).orders[0]?.state === "draft",
  );
  narrator.say("The money arrives, and the shop moves the order on.");
  shop.moneyArrives(order.id);
  await arrives(telling, shop, order);
}

export async function unknownSku(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  const { sku, name } = NEW_ARTICLE;
  chapter(telling, "A product that nobody made in Odoo");
  const order = buy(telling, shop, 3, {
    items: [
      { sku, quantity: 1 },
      { sku: "MUG-BLUE", quantity: 1 },
    ],
    paidBy: "card",
  });
  const sentence = (): string => shop.order(order.id).mark.sentence;
  await verify(telling, "The order is held by name, and the shop's order says why:", () => sentence().includes(sku));
  seen(telling, shop, `"${sentence()}"`);
  check(telling, stage.odoo.documentsOf(order.number).invoices.length === 0, "Nothing was posted for it.");
  narrator.say(`A person makes the product ${sku} in Odoo and presses retry.`);
  await stage.odoo.addArticle(NEW_ARTICLE);
  const retried = await stage.hub.command(["failures", "retry", `order/${shop.id}/${order.id}`]);
  narrator.hub(`stockbridge failures retry order/${shop.id}/${order.id}: ${retried.text}`);
  await arrives(telling, shop, order);
  narrator.say("Its stock is compared too, since now both sides know it.");
  await stage.hub.command(["reconcile", "stock"]);
  await verifyStock(telling, `The ${name.toLowerCase()} that Odoo has is on offer.`);
}

export async function doubledWebhook(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "A webhook that comes three times");
  const order = buy(telling, shop, 4, { items: [{ sku: "MUG-BLUE", quantity: 1 }], paidBy: "card" });
  await arrives(telling, shop, order);
  const answers = [await shop.repeatLastWebhook(), await shop.repeatLastWebhook()];
  narrator.hub(
    `The same delivery comes twice more; the hub answers ${answers.map(({ status }) => status).join(" and ")} and knows it already.`,
  );
  check(
    telling,
    answers.every(({ status, body }) => status === 200 && body.includes('"taken":false')),
    "A delivery that was taken is acknowledged, and nothing else happens.",
  );
  await stage.sleep(1_000);
  isSingle(telling, shop, order);
}

const PARCELS = ["EX-1001-NL", "EX-1002-NL"];
const SENT_SKU = "VASE";

/** Two parcels of one order, from the place that the shop assigned it to. */
export async function parcelsLeave(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  chapter(telling, "Sent by Odoo, in two parcels");
  const order = buy(telling, shop, 0, { items: [{ sku: SENT_SKU, quantity: 2 }], paidBy: "card" });
  await arrives(telling, shop, order);
  const place = shop.places.find(({ warehouse }) => warehouse === order.warehouse)?.name ?? "";
  narrator.say(`The shop sends it from its place "${place}": Odoo delivers it from warehouse ${order.warehouse}.`);
  for (const [at, tracking] of PARCELS.entries()) {
    const units = at === 0 ? { units: { [SENT_SKU]: 1 } } : {};
    const transfer = await stage.odoo.send(order.number, { carrier: "Example Parcel", tracking, ...units });
    narrator.odoo(`Somebody packs one vase, writes ${tracking} on ${transfer} and validates it.`);
    check(
      telling,
      transfer.startsWith(`${order.warehouse}/`),
      `${transfer} leaves warehouse ${order.warehouse}.`,
      true,
    );
  }
  narrator.say("The hub asks Odoo every minute what was sent; meanwhile life goes on.");
}

export async function parcelsAreTold(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage } = telling;
  chapter(telling, "The customer hears of the parcels");
  const order = shop.orders().find(({ lines }) => lines.some(({ sku }) => sku === SENT_SKU));
  if (order === undefined) throw new Error(`${shop.id} has no order of ${SENT_SKU}`);
  const told = (): readonly string[] => shop.order(order.id).parcels;
  await verify(
    telling,
    "The shop's order has both parcels, each with its number.",
    () => told().length >= PARCELS.length && PARCELS.every((number) => told().includes(number)),
    LONG_PATIENCE_MS,
  );
  seen(telling, shop, `Order #${order.number}: ${shop.order(order.id).status}; ${told().join(", ")}.`);
  const { sent } = stage.odoo.documentsOf(order.number);
  check(telling, sent.length === told().length, "Neither side knows of any other parcel.");
}

export async function somethingComesBack(telling: Telling): Promise<void> {
  const { shops } = telling.stage;
  chapter(telling, "Something comes back");
  for (const shop of shops) await takenBack(telling, shop);
  await verifyStock(telling, "It is on offer again.");
}

/** One unit of an order: what was sent returns to the shelf, what was not is not sent. */
async function takenBack(telling: Telling, shop: DemoShop): Promise<void> {
  const { stage, narrator } = telling;
  const [order, sku] = refundable(shop);
  const { sent, returned } = stage.odoo.documentsOf(order.number);
  const startMs = stage.nowMs();
  const amount = shop.takeBack(order.id, sku, 1);
  seen(
    telling,
    shop,
    `Order #${order.number}: 1 × ${sku} is taken back into stock, ${amount} goes back to the customer.`,
  );
  await verify(telling, `Odoo has a credit note over exactly ${amount}, and the money is given back.`, () => {
    const { creditNotes, moneyBack } = stage.odoo.documentsOf(order.number);
    const [note] = creditNotes;
    return (
      note?.state === "posted" && note.paid && cents(note.total) === cents(amount) && sumOf(moneyBack) === cents(amount)
    );
  });
  const { creditNotes, moneyBack } = stage.odoo.documentsOf(order.number);
  narrator.odoo(
    `Credit note ${creditNotes[0]?.name ?? "?"}, ${moneyBack.join(" and ")} given back (after ${seconds(stage.nowMs() - startMs)}).`,
  );
  const left = shop.order(order.id).lines.find((line) => line.sku === sku)?.left ?? 0;
  if (sent.length > 0)
    await verify(
      telling,
      "It had been sent: a transfer brings it back.",
      () => stage.odoo.documentsOf(order.number).returned.length === returned.length + 1,
    );
  else
    await verify(
      telling,
      `It had not been sent: Odoo's transfer is down to ${left}.`,
      () => stage.odoo.settledOf(order.number, sku) === left,
    );
}

/** What was sent before what was not, as far as two of something were bought. */
function refundable(shop: DemoShop): readonly [DemoOrder, string] {
  const found = shop
    .orders()
    .filter(({ received, refunds }) => received.parts > 0 && refunds.length === 0)
    .flatMap((order) => order.lines.filter(({ left }) => left > 1).map(({ sku }) => [order, sku] as const))
    .toSorted(([a], [b]) => b.parcels.length - a.parcels.length);
  const [first] = found;
  if (first === undefined) throw new Error(`${shop.id} has no order with two of something`);
  return first;
}
