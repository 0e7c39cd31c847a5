/** The shop's tax rates and the payment methods that customers can choose: what the configuration maps to Odoo. */
import { z } from "zod";
import type { CallContext } from "../../core/ports/call.ts";
import type { ShopMappables } from "../../core/ports/shop.ts";
import { ok, type Result } from "../../core/result.ts";
import type { WooClient } from "./client.ts";
import { PAYMENT_METHOD_PAGES_MAX, TAX_RATE_PAGES_MAX } from "./limits.ts";
import { readAll } from "./listing.ts";

const rateShape = z.object({ id: z.int(), name: z.string().catch(""), rate: z.string().catch("") });
const methodShape = z.object({ id: z.string().min(1), title: z.string().catch(""), enabled: z.boolean().catch(false) });

/** What cannot be understood is left out: an order that carries it names it. */
export async function readMappables(client: WooClient, call: CallContext): Promise<Result<ShopMappables>> {
  const rates = await readAll(client, "/taxes", {}, TAX_RATE_PAGES_MAX, call);
  if (!rates.ok) return rates;
  const methods = await readAll(client, "/payment_gateways", {}, PAYMENT_METHOD_PAGES_MAX, call);
  if (!methods.ok) return methods;
  return ok({
    taxRates: understood(rateShape, rates.value).map(({ id, name, rate }) => ({
      id: String(id),
      label: `${name}, ${Number(rate)} %`,
    })),
    paymentMethods: understood(methodShape, methods.value).flatMap(({ id, title, enabled }) =>
      enabled ? [{ id, label: title }] : [],
    ),
    locations: [],
  });
}

function understood<T>(shape: z.ZodType<T>, items: readonly unknown[]): T[] {
  return items.flatMap((item) => {
    const parsed = shape.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
