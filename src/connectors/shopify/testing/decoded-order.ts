/** For the tests of this folder: a sample order through the decoder, its amounts proven by the core. */
import assert from "node:assert/strict";
import { sentenceOf } from "../../../core/failures.ts";
import { formatMoney, parseFine } from "../../../core/money.ts";
import { orderAmounts } from "../../../core/order/consistency.ts";
import type { OrderRefund, ShopOrder } from "../../../core/order/shop-order.ts";
import { decodeOrder, parseOrder } from "../decode-order.ts";
import type { MoneyChoice } from "../order-money.ts";
import { orderNode, type SampleOrder } from "./sample-orders.ts";

/** Decoded as told; throws the failure's sentence. */
export function decodedNode(node: unknown, choice: MoneyChoice = "shop"): ShopOrder {
  const parsed = parseOrder(node, "1001");
  if (!parsed.ok) throw new Error(sentenceOf(parsed.failure));
  const order = decodeOrder(parsed.value, choice);
  if (!order.ok) throw new Error(sentenceOf(order.failure));
  return order.value;
}

/** Decoded, and accepted by the core: lines and taxes come to the total, each refund's lines to its total. */
export function proven(sample: SampleOrder, choice: MoneyChoice = "shop"): ShopOrder {
  return provenNode(orderNode(sample), choice);
}

export function provenNode(node: unknown, choice: MoneyChoice = "shop"): ShopOrder {
  const order = decodedNode(node, choice);
  const amounts = orderAmounts(order);
  if (!amounts.ok) throw new Error(sentenceOf(amounts.failure));
  assert.equal(formatMoney(amounts.value.total, order.currency), order.total);
  for (const refund of order.refunds) assert.equal(fine(refund.total), refundSum(refund), `refund ${refund.id}`);
  return order;
}

function refundSum({ lines }: OrderRefund): bigint {
  const amounts = lines.flatMap((line) => [line.untaxed, ...line.taxes.map(({ amount }) => amount)]);
  return amounts.reduce((total, amount) => total + fine(amount), 0n);
}

export function fine(amount: string): bigint {
  const read = parseFine(amount);
  assert.ok(read.ok, amount);
  return read.value;
}

/** `[id, quantity, net, tax 1, tax 2 …]` of each line. */
export function linesOf({ lines }: ShopOrder): readonly (readonly string[])[] {
  return lines.map(({ id, quantity, total, taxes }) => [id, quantity, total, ...taxes.map(({ amount }) => amount)]);
}

/** `[line, quantity, net, tax 1 …]` of each line of a refund. */
export function refundLines({ lines }: OrderRefund): readonly (readonly (string | null)[])[] {
  return lines.map(({ lineId, quantity, untaxed, taxes }) => [
    lineId,
    quantity,
    untaxed,
    ...taxes.map((t) => t.amount),
  ]);
}
