/** What both simulated systems hold at the end, read from their own memory and never through the hub. */
export interface ShopBookOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  /** The shop says that the money came. */
  readonly paid: boolean;
  readonly method: string;
  readonly email: string;
  readonly isGuest: boolean;
  /** Product lines by SKU. */
  readonly lines: ReadonlyMap<string, number>;
  readonly taxCountry: string;
  /** The hub's mark on it, "" when none. */
  readonly mark: string;
}

export interface ErpBookOrder {
  readonly id: number;
  readonly reference: string;
  readonly isOurs: boolean;
  readonly state: string;
  readonly total: string;
  readonly invoices: readonly ErpBookInvoice[];
  readonly moves: readonly ErpBookMove[];
}

export interface ErpBookInvoice {
  readonly id: number;
  readonly state: string;
  readonly total: string;
  readonly paid: boolean;
}

export interface ErpBookPayment {
  readonly id: number;
  /** `<order number> <transaction>`. */
  readonly memo: string;
  readonly state: string;
  readonly amount: string;
}

export interface ErpBookMove {
  readonly sku: string;
  readonly state: string;
  readonly demand: number;
  readonly reserved: number;
  readonly done: number;
}

export interface Books {
  readonly shopOrders: readonly ShopBookOrder[];
  /** What the shop offers, by SKU. */
  readonly shopStock: ReadonlyMap<string, number>;
  readonly erpOrders: readonly ErpBookOrder[];
  /** All of them, whatever order they came from. */
  readonly erpInvoiceCount: number;
  readonly erpPayments: readonly ErpBookPayment[];
  /** Customers by mail, contacts of a customer not counted. */
  readonly erpCustomers: ReadonlyMap<string, number>;
  /** Quantity less reserved in the warehouse, by SKU. */
  readonly erpFree: ReadonlyMap<string, number>;
  readonly unsupported: readonly string[];
}
