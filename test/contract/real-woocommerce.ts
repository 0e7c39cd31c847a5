/**
 * The contract's world around a real WooCommerce shop. Webhooks come to a receiver on this machine: the shop must be
 * able to reach it, and to run its scheduler when wp-cron.php is called.
 */
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { serve } from "../../sim/http-server.ts";
import type { Received, ShopWorld } from "./shop-world.ts";
import { accept } from "./simulated-woocommerce.ts";
import { createWooWorld } from "./woocommerce-world.ts";

export interface RealShop {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  /** `host:port` under which the shop reaches this machine; default: loopback, for a shop on this machine. */
  readonly receiver?: string;
}

export async function realWorld({
  url,
  key,
  secret,
  receiver,
}: RealShop): Promise<{ world: ShopWorld; close: () => Promise<void> }> {
  const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge contract" });
  const received: Received[] = [];
  const port = Number(receiver?.split(":").at(-1) ?? 0);
  const listening = await serve(
    async (request) => accept(received, request),
    receiver === undefined ? {} : { host: "0.0.0.0", port },
  );
  const base = receiver === undefined ? listening.url : `http://${receiver}`;
  const world = createWooWorld({
    url: url.replace(/\/+$/, ""),
    key,
    secret,
    transport: http.transport,
    clock: systemClock,
    // Different in each run, so that what an aborted one left behind does not disturb.
    tag: `CT${systemClock.nowMs().toString(36).toUpperCase()}`,
    receiver: { url: `${base}/in`, received },
    pass: (ms) => systemClock.sleep(ms),
  });
  const close = async (): Promise<void> => {
    http.close();
    await listening.close();
  };
  return { world, close };
}
