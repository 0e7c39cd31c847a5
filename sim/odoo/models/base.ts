/** Company, users, partners, countries, currencies and the technical models around them. */
import { OdooError, userError } from "../errors.ts";
import { formatDate } from "../instants.ts";
import { findExternalId } from "../orm/external-ids.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import {
  boolean,
  char,
  date,
  float,
  html,
  integer,
  many2many,
  many2one,
  one2many,
  selection,
  type Fields,
} from "../orm/field.ts";
import { modelMethod, recordsMethod, type ModelDefinition } from "../orm/model.ts";
import { flag, num, ref, str, type Row } from "../orm/row.ts";
import { STAMPS } from "./stamps.ts";

const NO_NAME = "Contacts require a name";

type Choices = readonly (readonly [string, string])[];

function addressTypes(version: OdooVersion): Choices {
  return version === 19
    ? [
        ["contact", "Contact"],
        ["invoice", "Invoice"],
        ["delivery", "Delivery"],
        ["other", "Other"],
      ]
    : [
        ["contact", "Contact"],
        ["invoice", "Invoice Address"],
        ["delivery", "Delivery Address"],
        ["other", "Other Address"],
        ["private", "Private Address"],
      ];
}

function partnerFields(types: Choices): Fields {
  return {
    name: char("Name"),
    active: boolean("Active", { default: () => true }),
    type: selection("Address Type", types, { default: () => "contact" }),
    parent_id: many2one("Related Company", "res.partner", { index: true }),
    child_ids: one2many("Contact", "res.partner", "parent_id"),
    is_company: boolean("Is a Company"),
    company_name: char("Company Name"),
    email: char("Email", { index: true }),
    email_normalized: char("Normalized Email", { index: true, readonly: true }),
    phone: char("Phone"),
    street: char("Street"),
    street2: char("Street2"),
    city: char("City"),
    zip: char("Zip"),
    country_id: many2one("Country", "res.country"),
    state_id: many2one("State", "res.country.state"),
    vat: char("Tax ID"),
    ref: char("Reference"),
    lang: char("Language", { default: () => "en_US" }),
    tz: char("Timezone"),
    comment: html("Notes"),
    company_id: many2one("Company", "res.company"),
    commercial_partner_id: many2one("Commercial Entity", "res.partner", {
      compute: (_, row) => (flag(row, "is_company") ? row.id : (ref(row, "parent_id") ?? row.id)),
    }),
    ...STAMPS,
  };
}

function partner(version: OdooVersion): ModelDefinition {
  const types = addressTypes(version);
  const nameless = () =>
    version === 19
      ? new OdooError("ValidationError", `The operation cannot be completed: ${NO_NAME}`, { message: NO_NAME })
      : new OdooError("ValidationError", NO_NAME, { message: `'${NO_NAME}'` });
  const check = (env: Environment, row: Row) => {
    if (str(row, "name") === "" && (row["type"] ?? "contact") === "contact") throw nameless();
    const email = str(row, "email").trim().toLowerCase();
    env.set("res.partner", row.id, { email_normalized: email || null });
  };
  return {
    name: "res.partner",
    label: "Contact",
    order: version === 19 ? "name, id desc" : "name",
    parentField: "parent_id",
    searchNames: ["name", "email"],
    fields: partnerFields(types),
    displayName: (env, row) => {
      const parent = ref(row, "parent_id");
      const name = str(row, "name");
      if (parent === null) return name;
      const shown = name === "" ? (types.find(([value]) => value === row["type"])?.[1] ?? "") : name;
      return `${env.displayName("res.partner", parent)}, ${shown}`;
    },
    created: check,
    written: check,
    unlinking: (env, row) => {
      if (
        env.by("sale.order", "partner_id", row.id).length > 0 ||
        env.by("account.move", "partner_id", row.id).length > 0
      ) {
        throw userError("The operation cannot be completed: another model requires the record being deleted.");
      }
    },
  };
}

const users: ModelDefinition = {
  name: "res.users",
  label: "User",
  order: "id",
  fields: {
    name: char("Name", { required: true }),
    login: char("Login", { required: true, index: true }),
    active: boolean("Active", { default: () => true }),
    company_id: many2one("Company", "res.company"),
    company_ids: many2many("Companies", "res.company"),
    partner_id: many2one("Related Partner", "res.partner"),
    tz: char("Timezone"),
    lang: char("Language"),
    ...STAMPS,
  },
  creating: (env, values) => {
    if (env.oneBy("res.users", "login", String(values["login"])) !== undefined) throw loginTaken(env.version);
    return values;
  },
  methods: {
    context_get: modelMethod([], (env) => {
      const row = env.row("res.users", env.user.id);
      const context = { lang: str(row, "lang") || false, tz: str(row, "tz") || false };
      return env.version === 19 ? { ...context, uid: env.user.id } : context;
    }),
    has_group: recordsMethod(["group_ext_id"], (env, _, args) => hasGroup(env.user.rights, args["group_ext_id"])),
  },
};

function loginTaken(version: OdooVersion): OdooError {
  const message = "You can not have two users with the same login!";
  return new OdooError("ValidationError", version === 19 ? `The operation cannot be completed: ${message}` : message);
}

function usersOf(version: OdooVersion): ModelDefinition {
  if (version === 19) return users;
  const has = modelMethod(["group_ext_id"], (env, _, args) => hasGroup(env.user.rights, args["group_ext_id"]));
  return { ...users, methods: { ...users.methods, has_group: has } };
}

/** Product variants are off in a fresh database; the other groups follow the user's kind. */
function hasGroup(rights: string, group: unknown): boolean {
  if (group === "base.group_user") return true;
  if (group === "product.group_product_variant") return false;
  return rights === "administrator" && (group === "base.group_system" || group === "base.group_erp_manager");
}

const company: ModelDefinition = {
  name: "res.company",
  label: "Companies",
  order: "id",
  fields: {
    name: char("Company Name", { required: true }),
    partner_id: many2one("Partner", "res.partner"),
    currency_id: many2one("Currency", "res.currency"),
    country_id: many2one("Country", "res.country"),
    tax_calculation_rounding_method: selection("Tax Calculation Rounding Method", [
      ["round_per_line", "Round per Line"],
      ["round_globally", "Round Globally"],
    ]),
    ...STAMPS,
  },
};

const currency: ModelDefinition = {
  name: "res.currency",
  label: "Currency",
  order: "active desc, name",
  fields: {
    name: char("Currency", { required: true, index: true }),
    symbol: char("Symbol"),
    rounding: float("Rounding Factor"),
    decimal_places: integer("Decimal Places"),
    // Units of this currency for one unit of the company's.
    rate: float("Current Rate"),
    active: boolean("Active", { default: () => true }),
    ...STAMPS,
  },
};

const currencyRate: ModelDefinition = {
  name: "res.currency.rate",
  label: "Currency Rate",
  order: "name desc, id",
  fields: {
    name: date("Date", { required: true, default: (env) => formatDate(env.nowUs) }),
    currency_id: many2one("Currency", "res.currency", { required: true, index: true }),
    rate: float("Technical Rate"),
    company_id: many2one("Company", "res.company"),
    ...STAMPS,
  },
  displayName: (_, row) => str(row, "name"),
  // One rate at a time is enough here: the last one made.
  created: (env, row) => {
    env.set("res.currency", num(row, "currency_id"), { rate: num(row, "rate") });
  },
};

const country: ModelDefinition = {
  name: "res.country",
  label: "Country",
  order: "name",
  fields: { name: char("Country Name"), code: char("Country Code", { index: true }), ...STAMPS },
};

const state: ModelDefinition = {
  name: "res.country.state",
  label: "Country state",
  order: "code",
  fields: {
    name: char("State Name"),
    code: char("State Code", { index: true }),
    country_id: many2one("Country", "res.country", { index: true }),
    ...STAMPS,
  },
};

const team: ModelDefinition = {
  name: "crm.team",
  label: "Sales Team",
  order: "id",
  fields: { name: char("Sales Team"), active: boolean("Active", { default: () => true }), ...STAMPS },
};

const modelData: ModelDefinition = {
  name: "ir.model.data",
  label: "Model Data",
  order: "module, model, name",
  fields: {
    module: char("Module", { index: true }),
    name: char("External Identifier", { index: true }),
    model: char("Model Name"),
    res_id: integer("Record ID"),
    noupdate: boolean("Non Updatable"),
    complete: char("Complete ID", { hidden: true, index: true }),
    target: char("Target", { hidden: true, index: true }),
    ...STAMPS,
  },
  methods: {
    check_object_reference: modelMethod(
      ["module", "xml_id", "raise_on_access_error"],
      (env, _, args) => {
        const externalId = `${String(args["module"])}.${String(args["xml_id"])}`;
        const found = findExternalId(env, externalId);
        if (found !== undefined) return [found.model, found.id];
        throw new OdooError("ValueError", `External ID not found in the system: ${externalId}`);
      },
      ["module", "xml_id"],
    ),
  },
};

const module_: ModelDefinition = {
  name: "ir.module.module",
  label: "Module",
  order: "name",
  fields: { name: char("Technical Name", { index: true }), state: char("Status"), ...STAMPS },
};

const irModel: ModelDefinition = {
  name: "ir.model",
  label: "Models",
  order: "model",
  fields: { name: char("Model Description"), model: char("Model", { index: true }), ...STAMPS },
};

const irField: ModelDefinition = {
  name: "ir.model.fields",
  label: "Fields",
  order: "name, id",
  fields: {
    name: char("Field Name", { index: true }),
    model: char("Model Name", { index: true }),
    model_id: many2one("Model", "ir.model"),
    ttype: char("Field Type"),
    ...STAMPS,
  },
};

const language: ModelDefinition = {
  name: "res.lang",
  label: "Languages",
  order: "name",
  fields: { name: char("Name"), code: char("Locale Code"), active: boolean("Active"), ...STAMPS },
};

export function baseModels(version: OdooVersion): readonly ModelDefinition[] {
  const people = [partner(version), usersOf(version), company, currency, currencyRate, country, state, team, language];
  return [...people, modelData, module_, irModel, irField];
}
