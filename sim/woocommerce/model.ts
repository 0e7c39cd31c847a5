/** What a simulated shop remembers. Amounts are exact decimals in the shop's currency; instants are whole UTC seconds in ms. */
import type { Decimal } from "decimal.js";

export interface Meta {
  readonly id: number;
  readonly key: string;
  value: unknown;
}

export type ProductType = "simple" | "variable" | "variation" | "grouped" | "external";
export type Backorders = "no" | "notify" | "yes";

export interface Attribute {
  readonly name: string;
  readonly options: readonly string[];
}

export interface Product {
  readonly id: number;
  type: ProductType;
  /** 0 for none. */
  parentId: number;
  name: string;
  slug: string;
  sku: string;
  status: string;
  /** "" when none. */
  regularPrice: string;
  salePrice: string;
  /** "" is the standard class. */
  taxClass: string;
  taxStatus: string;
  manageStock: boolean;
  stock: number | null;
  backorders: Backorders;
  virtual: boolean;
  description: string;
  attributes: readonly Attribute[];
  /** A variation's choice, in the order of its parent's attributes. */
  choices: readonly { readonly name: string; readonly option: string }[];
  variationIds: number[];
  totalSales: number;
  meta: Meta[];
  readonly createdMs: number;
  modifiedMs: number;
}

export interface TaxRate {
  readonly id: number;
  /** Two letters, or "" for anywhere. */
  readonly country: string;
  readonly state: string;
  /** Percent, four decimals: "21.0000". */
  readonly rate: string;
  readonly name: string;
  readonly priority: number;
  readonly compound: boolean;
  readonly shipping: boolean;
  /** "" is the standard class. */
  readonly taxClass: string;
}

export interface Coupon {
  readonly id: number;
  readonly code: string;
  readonly type: "percent" | "fixed_cart" | "fixed_product";
  readonly amount: string;
  readonly freeShipping: boolean;
  readonly createdMs: number;
}

export interface PostalAddress {
  first_name: string;
  last_name: string;
  company: string;
  address_1: string;
  address_2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  email: string;
  phone: string;
}

export interface Customer {
  readonly id: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly billing: PostalAddress;
  readonly shipping: PostalAddress;
  readonly createdMs: number;
}

/** Tax of one line at one rate, after and before discount. */
export interface ItemTax {
  readonly rateId: number;
  total: Decimal;
  subtotal: Decimal;
}

export interface ProductItem {
  readonly id: number;
  readonly name: string;
  readonly productId: number;
  readonly variationId: number;
  readonly quantity: number;
  readonly taxClass: string;
  readonly taxable: boolean;
  /** Without tax; with prices that include it, six decimals are kept, as the shop does. */
  subtotal: Decimal;
  total: Decimal;
  taxes: ItemTax[];
  meta: Meta[];
}

export interface ShippingItem {
  readonly id: number;
  readonly methodId: string;
  readonly title: string;
  readonly total: Decimal;
  taxes: ItemTax[];
}

export interface FeeItem {
  readonly id: number;
  readonly name: string;
  readonly taxable: boolean;
  readonly total: Decimal;
  taxes: ItemTax[];
}

export interface CouponItem {
  readonly id: number;
  readonly coupon: Coupon;
  discount: Decimal;
  discountTax: Decimal;
  readonly metaId: number;
}

export interface TaxItem {
  readonly id: number;
  readonly rate: TaxRate;
  total: Decimal;
  shippingTotal: Decimal;
}

export interface Refund {
  readonly id: number;
  readonly orderId: number;
  readonly createdMs: number;
  readonly amount: Decimal;
  readonly reason: string;
  readonly lines: readonly RefundLine[];
  readonly metaId: number;
  readonly isFull: boolean;
  /** The gateway has given the money back; false: somebody does it by hand. */
  readonly byGateway: boolean;
}

export interface RefundLine {
  readonly id: number;
  readonly item: ProductItem;
  readonly quantity: number;
  readonly total: Decimal;
  readonly taxes: readonly { readonly rateId: number; readonly total: Decimal }[];
  readonly metaId: number;
}

export interface OrderNote {
  readonly id: number;
  readonly note: string;
  readonly customerNote: boolean;
  readonly createdMs: number;
}

export interface Totals {
  discount: Decimal;
  discountTax: Decimal;
  shipping: Decimal;
  shippingTax: Decimal;
  cartTax: Decimal;
  total: Decimal;
  totalTax: Decimal;
}

export interface Order {
  readonly id: number;
  number: string;
  status: string;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly createdMs: number;
  modifiedMs: number;
  completedMs: number | null;
  paidMs: number | null;
  readonly customerId: number;
  readonly key: string;
  billing: PostalAddress;
  shipping: PostalAddress;
  paymentMethod: string;
  paymentTitle: string;
  transactionId: string;
  readonly createdVia: string;
  customerNote: string;
  meta: Meta[];
  lines: ProductItem[];
  shippingLines: ShippingItem[];
  feeLines: FeeItem[];
  couponLines: CouponItem[];
  taxLines: TaxItem[];
  refunds: Refund[];
  notes: OrderNote[];
  totals: Totals;
  /** The shop takes an order's stock once, and gives it back once. */
  stockReduced: boolean;
  /** The status before the trash; null when it is not there. */
  trashedFrom: string | null;
  /** Fields of its JSON that a plugin has changed: the shop sends them as they stand here. */
  bent: Readonly<Record<string, unknown>> | null;
}

export interface Webhook {
  readonly id: number;
  name: string;
  topic: string;
  status: "active" | "paused" | "disabled";
  secret: string;
  deliveryUrl: string;
  failures: number;
  readonly createdMs: number;
  modifiedMs: number | null;
}
