/**
 * What is asked of WooCommerce's JSON: only the fields that the hub uses, each with what a plugin may rightly change of
 * it. Everything else about an item may be missing or odd without harm.
 */
import { z } from "zod";

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,12})?$/;
/** `2026-11-21T08:18:32`; the shop means UTC in its `_gmt` fields but does not say so. */
const GMT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z?$/;

const id = z.int("must be a whole number").nonnegative("must not be negative");
const positiveId = z.int("must be a whole number").positive("must be above 0");
/** Amounts come as strings; a number would be a float that has lost what it was. */
const amount = z.string("must be an amount in quotes").regex(DECIMAL, "must be an amount such as 12.50");
const amountOrBlank = amount.or(z.literal(""));
const text = z.string("must be text");
const textOrNull = text.nullable();
const gmt = text.regex(GMT, "must be a date such as 2026-11-21T08:18:32").transform(toUtcIso);
const gmtOrNull = gmt.nullish().transform((value) => value ?? null);

function toUtcIso(value: string): string {
  return new Date(value.endsWith("Z") ? value : `${value}Z`).toISOString();
}

const metaData = z.array(z.object({ key: z.string(), value: z.unknown() }).catch({ key: "", value: null })).catch([]);

const address = z.object({
  first_name: text.nullish(),
  last_name: text.nullish(),
  company: text.nullish(),
  address_1: text.nullish(),
  address_2: text.nullish(),
  city: text.nullish(),
  postcode: text.nullish(),
  country: text.nullish(),
  state: text.nullish(),
  email: text.nullish(),
  phone: text.nullish(),
});

/** A rate that does not apply to the line stands there with an empty total. */
const lineTaxes = z.array(z.object({ id, total: amountOrBlank }));

const productLine = z.object({
  id,
  name: textOrNull,
  product_id: id.nullable(),
  variation_id: id.nullish(),
  quantity: z.number("must be a number"),
  subtotal: amount,
  total: amount,
  taxes: lineTaxes,
  sku: textOrNull,
  meta_data: metaData.optional().transform((meta) => meta ?? []),
});

const shippingLine = z.object({
  id,
  method_title: textOrNull,
  method_id: textOrNull,
  total: amount,
  taxes: lineTaxes,
});

const feeLine = z.object({ id, name: textOrNull, total: amount, taxes: lineTaxes });

const taxLine = z.object({
  rate_id: id,
  label: textOrNull,
  compound: z.boolean("must be true or false"),
  tax_total: amount,
  shipping_tax_total: amount,
  rate_percent: z.union([z.number(), text.regex(DECIMAL)]).nullish(),
});

export const orderShape = z.object({
  id: positiveId,
  number: z.union([text.min(1, "must not be empty"), z.int()]).transform(String),
  status: text.min(1, "must not be empty"),
  currency: text.regex(/^[A-Z]{3}$/, "must be a currency code such as EUR"),
  prices_include_tax: z.boolean("must be true or false"),
  date_created_gmt: gmt,
  date_modified_gmt: gmtOrNull,
  date_completed_gmt: gmtOrNull,
  date_paid_gmt: gmtOrNull,
  discount_total: amount,
  shipping_total: amount,
  total: amount,
  total_tax: amount,
  customer_id: id,
  billing: address,
  shipping: address.nullish(),
  payment_method: textOrNull,
  payment_method_title: textOrNull,
  transaction_id: textOrNull,
  customer_note: textOrNull,
  meta_data: metaData,
  line_items: z.array(productLine),
  tax_lines: z.array(taxLine),
  shipping_lines: z.array(shippingLine),
  fee_lines: z.array(feeLine),
  coupon_lines: z.array(z.object({ code: text, discount: amount })),
  refunds: z.array(z.object({ total: amount })).nullish(),
});

/** Its amounts are negative, as the quantities. */
const refundLine = z.object({
  name: text.nullish(),
  method_title: text.nullish(),
  quantity: z.number("must be a number").optional(),
  total: amount,
  taxes: lineTaxes,
  meta_data: metaData,
});

export const refundShape = z.object({
  id: positiveId,
  date_created_gmt: gmt,
  amount,
  reason: text.nullish(),
  refunded_payment: z.boolean("must be true or false").catch(false),
  line_items: z.array(refundLine),
  shipping_lines: z.array(refundLine),
  fee_lines: z.array(refundLine),
});

export type RefundShape = z.infer<typeof refundShape>;

export type OrderShape = z.infer<typeof orderShape>;

export const productShape = z.object({
  id: positiveId,
  type: text.catch("variation"),
  parent_id: id.nullish(),
  name: text.catch(""),
  sku: textOrNull,
  /** GTIN, UPC, EAN or ISBN; shops before 9.2 have none. */
  global_unique_id: text.nullish().catch(null),
  status: text.min(1, "must not be empty"),
  /** `parent`: the variable product counts for all its variations. */
  manage_stock: z.union([z.boolean(), z.literal("parent")], "must be true, false or parent"),
  stock_quantity: z.number("must be a number").nullable(),
  backorders: z.enum(["no", "notify", "yes"]).catch("no"),
  date_modified_gmt: gmtOrNull,
  date_created_gmt: gmtOrNull,
  variations: z.array(positiveId).catch([]),
});

export type ProductShape = z.infer<typeof productShape>;

/** Anything with an id: enough to say which item of a list could not be understood. */
export const idShape = z.object({ id: positiveId });

/** One item of a batch's answer: what it became, or why not. A failed create has id 0. */
export const batchItemShape = z.object({
  id,
  error: z.object({ code: z.string(), message: z.string().catch("") }).optional(),
});

export const batchShape = z.object({ update: z.array(z.unknown()) });

export const webhookShape = z.object({
  id: positiveId,
  name: z.string(),
  topic: z.string(),
  status: z.string(),
  delivery_url: z.string(),
});

export type WebhookShape = z.infer<typeof webhookShape>;
