/** Invented orders in the shape in which WooCommerce delivers them: two lines, net prices, one tax rate, paid by card. */
const RATE_ID = 1;
const RATE_PERCENT = 15;
const AT = "2026-11-21T08:18:32";
const CENTS = 100;
const LINES = [
  { productId: 101, sku: "BENCH-1", unitCents: 995 },
  { productId: 102, sku: "BENCH-2", unitCents: 1_245 },
] as const;

type Json = Readonly<Record<string, unknown>>;

export function orderBody(id: number): Json {
  const lines = LINES.map((line, index) => lineOf(id * 10 + index, 1 + ((id + index) % 3), line));
  const net = lines.reduce((total, line) => total + line.netCents, 0);
  const tax = lines.reduce((total, line) => total + line.taxCents, 0);
  const person = personOf(id);
  return {
    id,
    parent_id: 0,
    number: String(id),
    status: "processing",
    ...amountsOf(net, tax),
    ...DATES,
    customer_id: 0,
    order_key: `wc_order_${id}`,
    billing: person,
    shipping: { ...person, email: undefined },
    payment_method: "stripe",
    payment_method_title: "Credit card",
    transaction_id: `tx-${id}`,
    ...VISIT,
    customer_note: "",
    meta_data: [],
    line_items: lines.map(({ json }) => json),
    tax_lines: [taxLineOf(id * 10 + 9, tax)],
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    payment_url: `https://shop.example.test/checkout/order-pay/${id}/?pay_for_order=true&key=wc_order_${id}`,
    is_editable: false,
    needs_payment: false,
    needs_processing: true,
    _links: {
      self: [{ href: `https://shop.example.test/wp-json/wc/v3/orders/${id}` }],
      collection: [{ href: "https://shop.example.test/wp-json/wc/v3/orders" }],
    },
  };
}

const DATES: Json = {
  date_created: AT,
  date_modified: AT,
  date_created_gmt: AT,
  date_modified_gmt: AT,
  date_completed: null,
  date_completed_gmt: null,
  date_paid: AT,
  date_paid_gmt: AT,
};

/** What a shop tells of the visit; none of it concerns the hub, all of it is sent. */
const VISIT: Json = {
  customer_ip_address: "192.0.2.1",
  customer_user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36",
  created_via: "checkout",
  cart_hash: "0123456789abcdef0123456789abcdef",
};

function amountsOf(net: number, tax: number): Json {
  return {
    currency: "USD",
    currency_symbol: "$",
    version: "11.0.1",
    prices_include_tax: false,
    discount_total: "0.00",
    discount_tax: "0.00",
    shipping_total: "0.00",
    shipping_tax: "0.00",
    cart_tax: money(tax),
    total: money(net + tax),
    total_tax: money(tax),
  };
}

function lineOf(id: number, quantity: number, { productId, sku, unitCents }: (typeof LINES)[number]) {
  const netCents = quantity * unitCents;
  const taxCents = Math.round((netCents * RATE_PERCENT) / 100);
  const [net, tax] = [money(netCents), money(taxCents)];
  const reduced = { key: "_reduced_stock", value: String(quantity) };
  const json: Json = {
    id,
    name: `Invented thing ${sku}`,
    product_id: productId,
    variation_id: 0,
    quantity,
    tax_class: "",
    subtotal: net,
    subtotal_tax: tax,
    total: net,
    total_tax: tax,
    taxes: [{ id: RATE_ID, total: tax, subtotal: tax }],
    meta_data: [{ id: id * 10, ...reduced, display_key: reduced.key, display_value: reduced.value }],
    sku,
    global_unique_id: "",
    price: unitCents / CENTS,
    image: { id: "", src: "" },
    parent_name: null,
  };
  return { json, netCents, taxCents };
}

function taxLineOf(id: number, taxCents: number): Json {
  return {
    id,
    rate_code: "US-TAX-1",
    rate_id: RATE_ID,
    label: "Tax",
    compound: false,
    tax_total: money(taxCents),
    shipping_tax_total: "0.00",
    rate_percent: RATE_PERCENT,
    meta_data: [],
  };
}

/** Another guest for each order. */
function personOf(id: number): Readonly<Record<string, string>> {
  return {
    first_name: "Bench",
    last_name: `Customer ${id}`,
    company: "",
    address_1: `${id} Invented Street`,
    address_2: "",
    city: "Sampletown",
    state: "CA",
    postcode: "90001",
    country: "US",
    email: `bench-${id}@example.test`,
    phone: "+15550000000",
  };
}

function money(cents: number): string {
  return (cents / CENTS).toFixed(2);
}
