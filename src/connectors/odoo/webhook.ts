/**
 * Reads what an automation of Odoo posts: which product's stock has changed. Pure. Odoo signs nothing and says little; what it
 * says is only a hint to look.
 */
import { z } from "zod";
import { failure } from "../../core/failures.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { isJson, parseJson } from "./transports.ts";

export const DELIVERY_BYTES_MAX = 64 * 1024;

const ID = z.number().int().positive();
const DELIVERY = z.object({
  _model: z.string().max(100),
  // A many2one is an id, an `[id, name]` or false.
  product_id: z.union([ID, z.tuple([ID, z.string()]), z.literal(false)]).optional(),
});

export function decodeDelivery(
  connection: string,
  raw: Uint8Array,
): Result<{ readonly productIds: readonly number[]; readonly topic: string }> {
  const invalid = (field: string, why: string) => fail(failure("WEBHOOK_BODY_INVALID", { connection, field, why }));
  if (raw.byteLength > DELIVERY_BYTES_MAX) return invalid("the body", `is longer than ${DELIVERY_BYTES_MAX} bytes`);
  const parsed = parseJson(new TextDecoder().decode(raw));
  if (!isJson(parsed)) return invalid("the body", "is not JSON");
  const delivery = DELIVERY.safeParse(parsed);
  if (!delivery.success)
    return invalid(String(delivery.error.issues[0]?.path[0] ?? "the body"), "is not what an automation of Odoo sends");
  const { _model: topic, product_id: product } = delivery.data;
  const id = Array.isArray(product) ? product[0] : product;
  return ok({ productIds: typeof id === "number" ? [id] : [], topic });
}
