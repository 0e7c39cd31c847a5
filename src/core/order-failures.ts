/** The rows of the table of failures that are about orders; failures.ts says what a row means, and is where everybody reads them. */
import type { FailureDefinition } from "./failures.ts";

export const ORDER_FAILURES = {
  // Orders: data
  SKU_NOT_FOUND: {
    class: "data",
    reaction: "retry",
    sentence:
      "Order #{order} failed to sync because product SKU {sku} was not found in Odoo product.product -> default_code",
    fix: "Give the Odoo product this internal reference (or correct the SKU in the shop), then retry.",
  },
  SKU_BLANK_ON_ORDER: {
    class: "data",
    reaction: "retry",
    sentence: 'Order #{order} failed to sync because its line "{line}" has no SKU',
    fix: "Give the product a SKU in the shop and the same internal reference in Odoo, then retry.",
  },
  SKU_DUPLICATE_IN_ODOO: {
    class: "data",
    reaction: "retry",
    sentence: "SKU {sku} stands on {count} Odoo products ({products}), so it cannot be told which one is meant",
    fix: "Leave this internal reference on exactly one active product, then retry.",
  },
  PRODUCT_GONE_FROM_SHOP: {
    class: "data",
    reaction: "retry",
    sentence: 'Order #{order} failed to sync because its line "{line}" refers to a product that the shop no longer has',
    fix: "Correct the line in the shop's order, then retry.",
  },
  ORDER_TOTALS_INCONSISTENT: {
    class: "data",
    reaction: "park",
    sentence:
      "Order #{order} is held: the shop's own amounts do not add up ({what}: {shop} in the shop's total, {computed} from its lines)",
    fix: "Correct the order in the shop (recalculate it), then retry. Nothing was posted.",
  },
  PROOF_DIFFERENT: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order} is held: {what} is {shop} in the shop but {odoo} in Odoo ({document}); cause: {cause}",
    fix: "Mend the named cause, then retry. The document stays a draft and nothing was posted.",
  },
  LINE_INVALID: {
    class: "data",
    reaction: "park",
    sentence: 'Order #{order} is held: its line "{line}" cannot be used because {why}',
    fix: "Correct the line in the shop's order, then retry.",
  },
  ORDER_GONE: {
    class: "data",
    reaction: "park",
    sentence: "Order {order} cannot be read: the shop says that it does not exist",
    fix: "If it was deleted on purpose, skip it; otherwise restore it in the shop and retry.",
  },
  ORDER_UNREADABLE: {
    class: "data",
    reaction: "park",
    sentence: "Order {order} cannot be understood: {field} {why}",
    fix: "Look at this field of the order in the shop; a plugin may have changed its shape.",
  },
  ORDER_CANCELLED_UNSUPPORTED: {
    class: "configuration",
    reaction: "park",
    sentence:
      "Order #{order} was cancelled in the shop after it had reached Odoo as {document}; there is no rule for it yet",
    fix: "Cancel or credit the Odoo document by hand, then skip this order with that reason.",
  },
  REFUND_UNKNOWN: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order} counts as refunded ({refunded}) in the shop, but the shop tells of no refund for it",
    fix: "Refund it by line in the shop, or make the credit note in Odoo by hand, then retry.",
  },
  REFUND_NOT_ITEMISED: {
    class: "data",
    reaction: "park",
    sentence:
      "Order #{order} is held: its refund {refund} gives back {amount} without naming a line, so it cannot be told which goods and taxes it takes back",
    fix: "Make the credit note of this amount for the invoice in Odoo by hand (or delete this refund in the shop and refund by line), then retry.",
  },
  REFUND_EXCEEDS_INVOICE: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order} is held: {refunded} would be credited in all, but its invoice {invoice} is {total}",
    fix: "Correct the refunds in the shop, or the credit notes of this invoice in Odoo, then retry. Nothing was posted for it.",
  },
  REFUND_BY_HAND: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order} is held: its refund {refund} cannot be brought into Odoo because {why}",
    fix: "Do in Odoo by hand what the sentence names (credit note, delivery or return), then retry; what stands there counts.",
  },
  ORDER_CHANGED_AFTER_POSTING: {
    class: "data",
    reaction: "park",
    sentence:
      "Order #{order} was changed in the shop after {document} was made in Odoo: {what} is now {shop}, there {odoo}",
    fix: "Correct the Odoo document by hand or undo the change in the shop, then retry.",
  },
  DOCUMENT_DELETED: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order} had {document} in Odoo, which somebody deleted; it is not made again by itself",
    fix: "If it must exist, retry with --recreate; otherwise skip it with the reason.",
  },
  DOCUMENT_CANCELLED: {
    class: "data",
    reaction: "park",
    sentence: "Order #{order}: {document} was cancelled in Odoo while the shop's order stands",
    fix: "Reset it to draft in Odoo and retry, or cancel the order in the shop.",
  },
  // Orders: configuration
  TAX_NOT_MAPPED: {
    class: "configuration",
    reaction: "retry",
    sentence: "Order #{order} is held because the shop's tax rate {rate} is not mapped to an Odoo tax",
    fix: "Add the rate under shops.{connection}.orders.taxes in the configuration, then retry.",
  },
  PAYMENT_METHOD_NOT_MAPPED: {
    class: "configuration",
    reaction: "retry",
    sentence: "Order #{order} is held because its payment method {method} ({title}) is not mapped to an Odoo journal",
    fix: "Add the method under shops.{connection}.orders.journals in the configuration, then retry.",
  },
  CURRENCY_UNKNOWN: {
    class: "configuration",
    reaction: "retry",
    sentence:
      "Order #{order} is held because its currency {currency} is not active in Odoo, or has no price list there",
    fix: "Activate the currency (and a price list in it) in Odoo, then retry.",
  },
  SERVICE_PRODUCT_MISSING: {
    class: "configuration",
    reaction: "retry",
    sentence:
      "Order #{order} is held because the product for {what} (SKU {sku}) was not found in Odoo product.product -> default_code",
    fix: "Create this service product in Odoo or name another one in the configuration, then retry.",
  },
  ORDER_SPLIT_OVER_WAREHOUSES: {
    class: "configuration",
    reaction: "park",
    sentence:
      "Order #{order} is held because its lines are sent from {locations}, which belong to different Odoo warehouses ({warehouses}), and an Odoo order has one",
    fix: "Move the lines to one location in the shop, or map these locations to one warehouse under shops.{connection}.stock.shopLocations, then retry.",
  },
} as const satisfies Record<string, FailureDefinition>;
