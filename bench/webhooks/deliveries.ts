/** Signed deliveries of invented orders, as a WooCommerce shop sends them: each of another order, 3 to 4 KB long. */
import { createHmac } from "node:crypto";
import { WEBHOOK_SECRET } from "../hub/messages.ts";
import { orderBody } from "./order-body.ts";

export interface Delivery {
  readonly deliveryId: string;
  readonly orderId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `prefix` keeps the deliveries of one phase apart from those of another. */
export function* deliveries(prefix: string, firstOrderId: number): Generator<Delivery, never> {
  for (let orderId = firstOrderId; ; orderId += 1) {
    const body = Buffer.from(JSON.stringify(orderBody(orderId)), "utf8");
    const deliveryId = `${prefix}-${orderId}`;
    yield {
      deliveryId,
      orderId: String(orderId),
      headers: {
        "content-type": "application/json",
        "user-agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1.4)",
        "x-wc-webhook-source": "https://shop.example.test/",
        "x-wc-webhook-topic": "order.created",
        "x-wc-webhook-resource": "order",
        "x-wc-webhook-event": "created",
        "x-wc-webhook-id": "1",
        "x-wc-webhook-delivery-id": deliveryId,
        "x-wc-webhook-signature": createHmac("sha256", WEBHOOK_SECRET).update(body).digest("base64"),
      },
      body,
    };
  }
}
