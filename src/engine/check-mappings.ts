/** What the shop's orders may carry and the configuration maps to nothing: told before the first order is held for it. */
import { fixOf, sentenceOf } from "../core/failures.ts";
import type { OrderRules } from "../core/order/rules.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { CheckLine } from "../core/ports/check.ts";
import type { Mappable, ShopMappables } from "../core/ports/shop.ts";
import type { ShopRuntime } from "./hub.ts";

/** Rates or methods named in one line; the rest is counted. */
const NAMED_MAX = 10;

export async function checkMappings(
  { connection, port, orders }: ShopRuntime,
  call: CallContext,
): Promise<readonly CheckLine[]> {
  if (!orders.enabled) return [];
  const read = await port.readMappables(call);
  if (!read.ok)
    return [
      {
        connection,
        subject: "tax rates and payment methods",
        status: "warning",
        sentence: sentenceOf(read.failure),
        fix: fixOf(read.failure),
      },
    ];
  return mappingLines(connection, orders.rules, read.value);
}

export function mappingLines(
  connection: string,
  rules: OrderRules,
  { taxRates, paymentMethods }: ShopMappables,
): readonly CheckLine[] {
  const place = `shops.${connection}.orders`;
  const unmappedTaxes = taxRates.filter(({ id }) => !rules.taxes.has(id));
  const unmappedMethods = paymentMethods.filter(
    ({ id }) => !rules.journals.has(id) && !rules.unpaidMethods.includes(id),
  );
  const line = (subject: string, good: string, missing: readonly Mappable[], what: string, fix: string): CheckLine =>
    missing.length === 0
      ? { connection, subject, status: "ok", sentence: good, fix: "" }
      : { connection, subject, status: "warning", sentence: `${what}: ${named(missing)}`, fix };
  const services = [
    ...(rules.shippingSku === null ? ["shippingSku"] : []),
    ...(rules.feeSku === null ? ["feeSku"] : []),
  ];
  return [
    line(
      "tax rates",
      "Every tax rate of the shop is mapped",
      unmappedTaxes,
      "Tax rates of the shop without an Odoo tax",
      `Map those that orders carry under ${place}.taxes (id: the Odoo tax); an order with another one is held.`,
    ),
    line(
      "payment methods",
      "Every payment method of the shop is mapped",
      unmappedMethods,
      "Payment methods of the shop without an Odoo journal",
      `Map them under ${place}.journals (id: the journal's code); a paid order with another one is held.`,
    ),
    services.length === 0
      ? {
          connection,
          subject: "shipping and fees",
          status: "ok",
          sentence: "Products for shipping and fees are named",
          fix: "",
        }
      : {
          connection,
          subject: "shipping and fees",
          status: "warning",
          sentence: `No Odoo product is named for ${services.length === 2 ? "shipping and fees" : services[0] === "feeSku" ? "fees" : "shipping"}`,
          fix: `Set ${services.map((name) => `${place}.${name}`).join(" and ")}; an order with such a line is held.`,
        },
  ];
}

function named(missing: readonly Mappable[]): string {
  const names = missing
    .slice(0, NAMED_MAX)
    .map(({ id, label }) => (label === "" || label === id ? id : `${id} (${label})`));
  return `${names.join(", ")}${missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : ""}`;
}
