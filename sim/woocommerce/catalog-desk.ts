/** What a shop's manager does to products, taxes, coupons and customers, for simulations and demos. Ids are text. */
import { addressFrom, type AddressFields } from "./addresses.ts";
import type { Api } from "./api.ts";
import type { Backorders, Coupon, Product } from "./model.ts";
import { newProduct, slugOf } from "./product-edits.ts";
import { remove as removeProduct } from "./product-routes.ts";
import { touch } from "./stock.ts";
import { remove as removeVariation } from "./variation-routes.ts";

export interface NewProduct {
  readonly name: string;
  readonly sku?: string;
  /** Decimal text, with tax when the shop's prices include it. */
  readonly price: string;
  readonly salePrice?: string;
  /** Absent: the shop does not count it. */
  readonly stock?: number;
  /** "" or absent: the standard class. */
  readonly taxClass?: string;
  readonly taxable?: boolean;
  readonly virtual?: boolean;
  readonly backorders?: Backorders;
  /** Default `publish`. */
  readonly status?: string;
}

export interface NewVariation {
  readonly option: string;
  readonly sku?: string;
  readonly price: string;
  readonly stock?: number;
}

export interface NewVariableProduct {
  readonly name: string;
  readonly sku?: string;
  readonly attribute?: string;
  /** Given: the parent counts for all variations that do not count themselves. */
  readonly stock?: number;
  readonly taxClass?: string;
  readonly variations: readonly NewVariation[];
}

export interface NewTaxRate {
  readonly percent: string;
  readonly name: string;
  readonly country?: string;
  readonly state?: string;
  /** Rates of different priorities are all due. */
  readonly priority?: number;
  readonly compound?: boolean;
  readonly shipping?: boolean;
  readonly taxClass?: string;
}

export interface NewCustomer {
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly billing?: AddressFields;
  readonly shippingAddress?: AddressFields;
}

export interface ProductEdit {
  readonly sku?: string;
  readonly name?: string;
  readonly price?: string;
  readonly status?: string;
  /** False: the shop no longer counts it. */
  readonly manageStock?: boolean;
}

export interface CatalogDesk {
  /** Two products may get one SKU here, as an import into the database can do it. */
  addProduct(product: NewProduct): string;
  addVariableProduct(product: NewVariableProduct): { readonly id: string; readonly variationIds: readonly string[] };
  addTaxRate(rate: NewTaxRate): string;
  addCoupon(coupon: {
    readonly code: string;
    readonly type: Coupon["type"];
    readonly amount: string;
    readonly freeShipping?: boolean;
  }): string;
  addCustomer(customer: NewCustomer): string;
  /** By hand or by another program; dates and events follow. */
  setStock(variantId: string, quantity: number): void;
  editProduct(productId: string, edit: ProductEdit): void;
  trashProduct(productId: string): void;
  /** A product or a variation, for good. */
  deleteProduct(productId: string): void;
  /** Null: not counted, or no such variant. */
  stockOf(variantId: string): number | null;
}

export function createCatalogDesk(api: Api): CatalogDesk {
  const { state } = api;
  const find = (id: string): Product => {
    const product = state.products.get(Number(id));
    if (product === undefined) throw new Error(`the simulated shop has no product ${id}`);
    return product;
  };
  return {
    addProduct: (given) => String(add(api, given, "simple", 0).id),
    addVariableProduct: (given) => addVariable(api, given),
    addTaxRate: ({ percent, name, country, state: region, priority, compound, shipping, taxClass }) => {
      const id = state.nextId("rate");
      const rate = Number(percent).toFixed(4);
      const rest = {
        priority: priority ?? 1,
        compound: compound ?? false,
        shipping: shipping ?? true,
        taxClass: taxClass ?? "",
      };
      state.taxRates.set(id, {
        id,
        country: country ?? state.settings.country,
        state: region ?? "",
        rate,
        name,
        ...rest,
      });
      return String(id);
    },
    addCoupon: ({ code, type, amount, freeShipping }) => {
      const id = state.nextId("post");
      state.coupons.set(id, {
        id,
        code: code.toLowerCase(),
        type,
        amount,
        freeShipping: freeShipping ?? false,
        createdMs: state.nowMs(),
      });
      return String(id);
    },
    addCustomer: (given) => addCustomer(api, given),
    setStock: (id, quantity) => {
      const product = find(id);
      if (!product.manageStock) throw new Error(`product ${id} of the simulated shop is not counted`);
      product.stock = quantity;
      touch(state, product, api.webhooks.emit);
    },
    editProduct: (id, edit) => change(api, find(id), edit),
    trashProduct: (id) => void removeProduct(api, find(id), false),
    deleteProduct: (id) => {
      const product = find(id);
      if (product.type === "variation") removeVariation(api, product);
      else removeProduct(api, product, true);
    },
    stockOf: (id) => state.products.get(Number(id))?.stock ?? null,
  };
}

function add(api: Api, given: NewProduct, type: Product["type"], parentId: number): Product {
  const product: Product = {
    ...newProduct(api.state, type, parentId),
    name: given.name,
    slug: slugOf(given.name),
    sku: given.sku ?? "",
    status: given.status ?? "publish",
    regularPrice: given.price,
    salePrice: given.salePrice ?? "",
    taxClass: given.taxClass ?? "",
    taxStatus: given.taxable === false ? "none" : "taxable",
    manageStock: given.stock !== undefined,
    stock: given.stock ?? null,
    backorders: given.backorders ?? "no",
    virtual: given.virtual ?? false,
  };
  api.state.addProduct(product);
  api.webhooks.emit("product.created", product.id);
  return product;
}

function addVariable(api: Api, given: NewVariableProduct): { id: string; variationIds: string[] } {
  const attribute = given.attribute ?? "Size";
  const parent = add(api, { ...given, price: "" }, "variable", 0);
  parent.attributes = [{ name: attribute, options: given.variations.map(({ option }) => option) }];
  for (const { option, ...rest } of given.variations) {
    const taxClass = given.taxClass === undefined ? {} : { taxClass: given.taxClass };
    const variation = add(api, { ...rest, ...taxClass, name: given.name }, "variation", parent.id);
    variation.choices = [{ name: attribute, option }];
    parent.variationIds.push(variation.id);
  }
  return { id: String(parent.id), variationIds: parent.variationIds.map(String) };
}

function addCustomer({ state }: Api, { email, firstName, lastName, billing, shippingAddress }: NewCustomer): string {
  const id = state.nextId("customer");
  const names = { first_name: firstName ?? "", last_name: lastName ?? "" };
  state.customers.set(id, {
    id,
    email,
    firstName: names.first_name,
    lastName: names.last_name,
    username: email.split("@")[0] ?? "",
    billing: addressFrom({ ...names, email, ...billing }),
    shipping: addressFrom(shippingAddress ?? {}),
    createdMs: state.nowMs(),
  });
  return String(id);
}

function change(api: Api, product: Product, { sku, name, price, status, manageStock }: ProductEdit): void {
  if (sku !== undefined) api.state.setSku(product, sku);
  if (name !== undefined) product.name = name;
  if (price !== undefined) product.regularPrice = price;
  if (status !== undefined) product.status = status;
  if (manageStock !== undefined) {
    product.manageStock = manageStock;
    product.stock = manageStock ? (product.stock ?? 0) : null;
  }
  api.state.catalogVersion += 1;
  touch(api.state, product, api.webhooks.emit);
}
