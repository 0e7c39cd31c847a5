/** Orders, rules and settings for tests: an invented shop in euros with 21 % and 6 % tax. */
import type { ErpProduct } from "../order/erp-documents.ts";
import { UNPAID_METHODS_DEFAULT, type OrderRules } from "../order/rules.ts";
import type { Address, OrderFulfilment, OrderLine, ShopOrder } from "../order/shop-order.ts";
import type { ErpSettings } from "../ports/erp.ts";

export const RULES: OrderRules = {
  connection: "shop-eu",
  shippingSku: "SHIPPING",
  feeSku: "FEE",
  taxes: new Map([
    ["1", "21 %"],
    ["2", "6 %"],
  ]),
  journals: new Map([
    ["stripe", "STRP"],
    ["bacs", "BNK1"],
    ["cod", "CASH"],
  ]),
  unpaidMethods: UNPAID_METHODS_DEFAULT,
  deliveries: "apart",
  startAt: null,
  warehouses: new Map(),
  warehouse: "WH",
  team: null,
  company: null,
};

export const SETTINGS: ErpSettings = {
  warehouses: new Map([
    ["WH", 1],
    ["US", 2],
  ]),
  teamId: null,
  companyId: null,
  journals: new Map([
    ["STRP", 11],
    ["BNK1", 12],
    ["CASH", 13],
  ]),
  taxes: new Map([
    ["21 %", 21],
    ["6 %", 6],
  ]),
  currencies: ["EUR", "USD", "JPY", "KWD"],
};

export const NOWHERE: Address = {
  firstName: "",
  lastName: "",
  company: "",
  street: "",
  street2: "",
  city: "",
  postcode: "",
  country: "",
  state: "",
  email: "",
  phone: "",
};

export const BILLING: Address = {
  ...NOWHERE,
  firstName: "Ada",
  lastName: "Example",
  street: "Teststraat 1",
  city: "Gent",
  postcode: "9000",
  country: "BE",
  email: "ada@example.test",
  phone: "+32 9 000 00 00",
};

export function line(given: Partial<OrderLine> & { readonly id: string }): OrderLine {
  const total = given.total ?? "10.00";
  return {
    kind: "product",
    name: "Mug",
    sku: "MUG",
    variantId: "11",
    quantity: "1",
    subtotal: total,
    total,
    taxes: [],
    locationId: null,
    ...given,
  };
}

/** 3 mugs (one euro a piece off by coupon) and a shirt, shipping and a fee; 86.46 with tax. */
export function sampleOrder(given: Partial<ShopOrder> = {}): ShopOrder {
  return {
    id: "1054",
    number: "1054",
    status: "processing",
    statusText: "processing",
    currency: "EUR",
    pricesIncludeTax: false,
    createdAt: "2026-11-21T08:18:32.000Z",
    modifiedAt: "2026-11-21T08:18:34.000Z",
    completedAt: null,
    customerId: null,
    billing: BILLING,
    shipping: null,
    lines: [
      line({ id: "1", quantity: "3", subtotal: "30.00", total: "27.00", taxes: [{ rateId: "1", amount: "5.67" }] }),
      line({
        id: "2",
        name: "T-Shirt - S, Red",
        sku: "TS-S-R",
        variantId: "13",
        quantity: "2",
        subtotal: "40.00",
        total: "36.00",
        taxes: [{ rateId: "1", amount: "7.56" }],
      }),
      line({
        id: "3",
        kind: "shipping",
        name: "Flat rate",
        sku: "flat_rate",
        variantId: null,
        total: "5.95",
        taxes: [{ rateId: "1", amount: "1.25" }],
      }),
      line({
        id: "4",
        kind: "fee",
        name: "Gift wrap",
        sku: "",
        variantId: null,
        total: "2.50",
        taxes: [{ rateId: "1", amount: "0.53" }],
      }),
    ],
    taxRates: [{ id: "1", label: "VAT 21", percent: "21", compound: false, total: "15.01" }],
    coupons: [{ code: "save10", amount: "7" }],
    total: "86.46",
    totalTax: "15.01",
    discountTotal: "7.00",
    shippingTotal: "5.95",
    refundedTotal: "0",
    payments: [
      {
        id: "",
        method: "stripe",
        title: "Card",
        transactionId: "tx-1",
        amount: "86.46",
        paidAt: "2026-11-21T08:19:00.000Z",
      },
    ],
    refunds: [],
    test: false,
    fulfilments: [],
    customerNote: "",
    mark: { status: null, sentence: null, odooOrder: null, odooOrderId: null, odooInvoice: null },
    ...given,
  };
}

export function product(id: number, sku: string, given: Partial<ErpProduct> = {}): ErpProduct {
  return { id, sku, name: sku, active: true, storable: true, invoicePolicy: "order", ...given };
}

export const PRODUCTS: readonly ErpProduct[] = [
  product(101, "MUG"),
  product(102, "TS-S-R"),
  product(103, "SHIPPING", { storable: false }),
  product(104, "FEE", { storable: false }),
];

/** All goods of an order as sent, as a shop that knows only "completed" tells it. */
export function allSent(order: ShopOrder): OrderFulfilment {
  const goods = order.lines.filter(({ kind }) => kind === "product");
  return {
    id: "completed",
    status: "done",
    createdAt: "2026-11-22T08:00:00.000Z",
    locationId: null,
    carrier: "",
    trackingNumbers: [],
    lines: goods.map(({ id, quantity }) => ({ lineId: id, quantity })),
  };
}
