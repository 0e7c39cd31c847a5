/** Scripts about the ORM: errors, load, search, read. */
import { partner, product, type Scene } from "./scene.ts";

export interface Script {
  readonly name: string;
  readonly versions: readonly (19 | 14)[];
  readonly play: (scene: Scene) => Promise<Readonly<Record<string, unknown>>>;
}

const BOTH = [19, 14] as const;
const GONE = 99_999_999;

const errors: Script = {
  name: "errors of calls",
  versions: BOTH,
  play: async ({ session }) => ({
    model: await session.call("res.nothing", "search_count", { domain: [] }),
    method: await session.call("res.partner", "nothing"),
    hidden: await session.call("res.partner", "_search", { domain: [] }),
    readField: await session.call("res.partner", "search_read", { domain: [], fields: ["nofield"], limit: 1 }),
    domainField: await session.call("res.partner", "search_read", { domain: [["nofield", "=", 1]], fields: ["name"] }),
    unknownArgument: await session.call("res.partner", "search_read", { domain: [], nothing: 1 }),
    readGone: await session.call("res.partner", "read", { ids: [GONE], fields: ["name"] }),
    writeGone: await session.call("res.partner", "write", { ids: [GONE], vals: { name: "x" } }),
    writeField: await session.call("res.partner", "write", { ids: [1], vals: { nofield: "x" } }),
    createField: await session.call("res.partner", "create", { vals_list: [{ name: "x", nofield: "x" }] }),
    nameless: await session.call("res.partner", "create", { vals_list: [{ email: "nobody@example.test" }] }),
    orderWithoutPartner: await session.call("sale.order", "create", { vals_list: [{}] }),
    confirmGone: await session.call("sale.order", "action_confirm", { ids: [GONE] }),
    confirmNothing: await session.call("sale.order", "action_confirm", { ids: [] }),
    references: await session.call("ir.model.data", "check_object_reference", { module: "simprobe", xml_id: "none" }),
    externalIdOfGone: await session.call("sale.order", "get_external_id", { ids: [GONE] }),
    mayCreate:
      session.version === 19
        ? await session.call("sale.order", "has_access", { ids: [], operation: "create" })
        : await session.call("sale.order", "check_access_rights", { operation: "create", raise_exception: false }),
  }),
};

const json2Errors: Script = {
  name: "errors of JSON-2 arguments",
  versions: [19],
  play: async ({ session }) => ({
    unknown: await session.call("res.partner", "read", { ids: [1], fields: ["name"], nothing: 1 }),
    missing: await session.call("res.partner", "write", { ids: [1] }),
    missingDomain: await session.call("res.partner", "search_count", {}),
    noArguments: await session.call("sale.order", "action_confirm", { ids: [], nothing: 1 }),
    idsOnModel: await session.call("res.partner", "search", { ids: [1], domain: [] }),
  }),
};

const ADDRESS = "id,name,email,phone,street,street2,city,zip,country_id/.id,type,parent_id/id".split(",");

const partnerLoads: Script = {
  name: "load of partners",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    const load = (fields: string[], ...data: unknown[][]) => session.call("res.partner", "load", { fields, data });
    const id = (name: string) => session.external(name);
    const place = ["+3200", "Road 1", "", "Ghent", "9000", String(scene.countryId)];
    const row = [id("a"), `Ada ${session.token}`, `${session.token}@example.test`, ...place, "contact", ""];
    const first = await load(ADDRESS, row);
    const again = await load(ADDRESS, row);
    const child = await load(
      ["id", "name", "type", "parent_id/id"],
      [id("a_delivery"), "Back door", "delivery", id("a")],
    );
    const sameBatch = await load(
      ["id", "name", "parent_id/id"],
      [id("b"), "Company", ""],
      [id("b_child"), "Child", id("b")],
    );
    const read = await session.search(
      "res.partner",
      [["email", "=", `${session.token}@example.test`]],
      [
        "name",
        "email",
        "phone",
        "street",
        "street2",
        "city",
        "zip",
        "type",
        "parent_id",
        "active",
        "display_name",
        "email_normalized",
        "commercial_partner_id",
      ],
    );
    const children = await session.search(
      "res.partner",
      [["parent_id", "in", [Number(read[0]?.["id"])]]],
      ["name", "type", "display_name"],
    );
    return {
      first,
      sameId: JSON.stringify(first) === JSON.stringify(again),
      child,
      sameBatch,
      read,
      children,
      boolean: await load(["id", "name", "active"], [id("h"), "H", "maybe"]),
      archived: await load(["id", "name", "active"], [id("h"), "H", "0"]),
      sameIdTwice: await load(["id", "name"], [id("i"), "A"], [id("i"), "B"]),
      shortRow: await load(["id", "name", "email"], [id("j"), "A"]),
      empty: await load(["id", "name"]),
      indirect: await load(["id", "name", "parent_id/name"], [id("k"), "K", "x"]),
      externalIds: Object.values(
        (await session.call("res.partner", "get_external_id", { ids: [read[0]?.["id"]] })) as object,
      ),
      reference: await session
        .call("ir.model.data", "check_object_reference", { module: "simprobe", xml_id: `${session.token}_b` })
        .then((answer) => (answer as unknown[])[0]),
    };
  },
};

const partnerRefusals: Script = {
  name: "load of partners that Odoo refuses",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    const load = (fields: string[], ...data: unknown[][]) => session.call("res.partner", "load", { fields, data });
    const id = (name: string) => session.external(name);
    await load(["id", "name"], [id("a"), "A"]);
    return {
      unknownParent: await load(["id", "name", "parent_id/id"], [id("c"), "C", id("nobody")]),
      unknownType: await load(["id", "name", "type"], [id("c"), "C", "nonsense"]),
      unknownCountry: await load(["id", "name", "country_id/.id"], [id("c"), "C", "9999999"]),
      countryByName: await load(["id", "name", "country_id"], [id("d"), "D", "Belgium"]),
      noSuchCountry: await load(["id", "name", "country_id"], [id("e"), "E", "Nowhereland"]),
      unknownColumn: await load(["id", "name", "nofield"], [id("c"), "C", "x"]),
      secondBad: await load(["id", "name"], [id("f"), "ok"], [id("g"), ""]),
      nothingKept: await session.call("res.partner", "search_count", {
        domain: [["name", "=", `ok ${session.token}`]],
      }),
      byDatabaseId: await load([".id", "name"], ["99999999", "x"]),
      wrongModel: await session.call("sale.order", "load", {
        fields: ["id", "partner_id/id"],
        data: [[id("a"), id("a")]],
      }),
    };
  },
};

const orderLoads: Script = {
  name: "load of orders that Odoo refuses",
  versions: BOTH,
  play: async (scene) => {
    const { session, taxField } = scene;
    await partner(scene);
    const productId = String(await product(scene, { name: "LOAD" }));
    const fields = [
      "id",
      "partner_id/id",
      "client_order_ref",
      "order_line/id",
      "order_line/product_id/.id",
      "order_line/product_uom_qty",
      "order_line/price_unit",
      `order_line/${taxField}/.id`,
    ];
    const load = (...data: unknown[][]) => session.call("sale.order", "load", { fields, data });
    const id = (name: string) => session.external(name);
    const good = [id("o"), id("p"), "R", id("o_1"), productId, "1", "2", String(scene.taxId)];
    const but = (at: number, value: string) => good.map((cell, index) => (index === at ? value : cell));
    return {
      partner: await load(but(1, "")),
      product: await load(good, ["", "", "", id("o_2"), "9999999", "1", "2", ""]),
      number: await load(but(5, "one")),
      price: await load(but(6, "cheap")),
      tax: await load(but(7, `${scene.taxId},9999999`)),
      second: await load(good, [id("q"), "nope.x", "R", id("q_1"), productId, "1", "2", ""]),
      date: await session.call("sale.order", "load", {
        fields: ["id", "partner_id/id", "date_order"],
        data: [[id("r"), id("p"), "yesterday"]],
      }),
      column: await session.call("sale.order", "load", {
        fields: ["id", "partner_id/id", "order_line/nofield"],
        data: [[id("r"), id("p"), "x"]],
      }),
      left: await session.call("ir.model.data", "search_count", {
        domain: [
          ["module", "=", "simprobe"],
          ["name", "=like", `${session.token}_o%`],
        ],
      }),
    };
  },
};

const searching: Script = {
  name: "domains, orders and limits",
  versions: BOTH,
  play: async ({ session }) => {
    const names = ["Alpha", "Beta", "Gamma", "Delta"];
    const made: number[] = [];
    for (const name of names)
      made.push(
        await session.create("res.partner", {
          name: `${name} ${session.token}`,
          city: name === "Beta" ? false : "Ghent",
          ref: session.token,
        }),
      );
    await session.call("res.partner", "write", { ids: [made[3]], vals: { active: false, parent_id: made[0] } });
    const own = ["ref", "=", session.token];
    const found = async (domain: unknown[], more: object = {}) =>
      (await session.search("res.partner", domain, ["name"], { order: "id", ...more })).map((row) => row["name"]);
    return {
      all: await found([own]),
      archivedToo: await found([own], { context: { active_test: false } }),
      archivedNamed: await found([own, ["active", "in", [true, false]]]),
      cityEmpty: await found([own, ["city", "=", false]]),
      cityNot: await found([own, ["city", "!=", "Ghent"]]),
      cityIn: await found([own, ["city", "in", ["Ghent", "Bruges"]]]),
      cityNotIn: await found([own, ["city", "not in", ["Ghent"]]]),
      like: await found([own, ["name", "like", "a "]]),
      ilike: await found([own, ["name", "ilike", "BETA"]]),
      exactly: await found([own, ["name", "=ilike", `gamma ${session.token}`]]),
      prefix: await found([own, ["name", "=like", "Al%"]]),
      either: await found(["&", own, "|", ["name", "like", "Alpha"], ["name", "like", "Beta"]]),
      not: await found([own, "!", ["name", "like", "Alpha"]]),
      dotted: await found([
        ["parent_id.ref", "=", session.token],
        ["active", "=", false],
      ]),
      childOf: await found([
        ["id", "child_of", made[0]],
        ["active", "in", [true, false]],
      ]),
      idBounds: await found([own, ["id", ">", made[0]], ["id", "<=", made[2]]]),
      byNameDown: await found([own], { order: "name desc" }),
      page: await found([own], { limit: 1, offset: 1 }),
      count: await session.call("res.partner", "search_count", { domain: [own] }),
      future: await found([own, ["create_date", ">", "2100-01-01 00:00:00"]]),
      past: await found([own, ["write_date", ">=", "2001-01-01 00:00:00"]], { limit: 1 }),
    };
  },
};

const fieldLists: Script = {
  name: "fields_get",
  versions: BOTH,
  play: async ({ session }) => {
    const ask = (model: string, ...fields: string[]) =>
      session.call(model, "fields_get", {
        allfields: [...fields, "nofield"],
        attributes: ["type", "string", "relation", "required"],
      });
    return {
      line: await ask(
        "sale.order.line",
        "order_id",
        "product_uom_qty",
        "price_unit",
        "tax_ids",
        "tax_id",
        "price_subtotal",
        "extra_tax_data",
      ),
      order: await ask(
        "sale.order",
        "partner_id",
        "client_order_ref",
        "date_order",
        "order_line",
        "state",
        "amount_total",
        "locked",
      ),
      move: await ask(
        "stock.move",
        "quantity",
        "picked",
        "reserved_availability",
        "quantity_done",
        "state",
        "product_uom_qty",
        "sale_line_id",
      ),
      quant: await ask("stock.quant", "quantity", "reserved_quantity", "product_id", "location_id"),
      payment: await ask("account.payment", "memo", "ref", "amount", "partner_id", "invoice_ids"),
      product: await ask("product.product", "is_storable", "default_code", "invoice_policy"),
      digits: await session.call("sale.order.line", "fields_get", {
        allfields: ["product_uom_qty", "discount"],
        attributes: ["type", "digits"],
      }),
    };
  },
};

export const DATA_SCRIPTS: readonly Script[] = [
  errors,
  json2Errors,
  partnerLoads,
  partnerRefusals,
  orderLoads,
  searching,
  fieldLists,
];
