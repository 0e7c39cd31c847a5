/**
 * The methods that every model has: search, read, create, write, unlink, load and their kin.
 */
import { NotSimulatedError, OdooError } from "../errors.ts";
import { mayDo, requireAccess, type Operation, type Subject } from "./access.ts";
import { create, unlink, write } from "./crud.ts";
import { search, type SearchOptions } from "./domain.ts";
import type { Environment } from "./environment.ts";
import { externalIdOf } from "./external-ids.ts";
import { fieldsGet } from "./fields-get.ts";
import { load } from "./load.ts";
import { modelMethod, recordsMethod, type Arguments, type MethodDefinition, type ModelDefinition } from "./model.ts";
import { read, type ReadOptions } from "./read.ts";
import { isObject, type Values } from "./row.ts";

/** Methods of one model as seen from outside. `load` writes and reads, so it checks rights by itself. */
export function methodOf(env: Environment, model: ModelDefinition, name: string): MethodDefinition | undefined {
  if (model.methods !== undefined && Object.hasOwn(model.methods, name)) return model.methods[name];
  const common = commonMethods(env, model);
  return Object.hasOwn(common, name) ? common[name] : undefined;
}

function subjectOf(env: Environment, model: string, label: string): Subject {
  return { version: env.version, model, label };
}

function searchOptions(args: Arguments): SearchOptions {
  const { order, limit, offset } = args;
  return {
    ...(typeof order === "string" && order !== "" ? { order } : {}),
    ...(typeof limit === "number" && limit > 0 ? { limit } : {}),
    ...(typeof offset === "number" ? { offset } : {}),
  };
}

function fieldNames(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? (value as unknown[]).map(String) : null;
}

function readOptions(args: Arguments): ReadOptions {
  const load = args["load"];
  return { names: load === undefined || load === "_classic_read" };
}

function valuesList(value: unknown): readonly Values[] {
  if (Array.isArray(value)) return (value as unknown[]).map((one) => (isObject(one) ? one : {}));
  return isObject(value) ? [value] : [{}];
}

function commonMethods(env: Environment, model: ModelDefinition): Readonly<Record<string, MethodDefinition>> {
  return { ...readingMethods(env, model), ...writingMethods(model), ...aboutMethods(env, model) };
}

function readingMethods(
  env: Environment,
  { name, label }: ModelDefinition,
): Readonly<Record<string, MethodDefinition>> {
  const may = (e: Environment) => requireAccess(e.user, subjectOf(e, name, label), "read");
  // Only 19 takes `load` for search_read; both take it for read.
  const withLoad = env.version === 19 ? ["load"] : [];
  const domain = env.version === 19 ? "domain" : "args";
  return {
    search: modelMethod(
      [domain, "offset", "limit", "order"],
      (e, _, args) => {
        may(e);
        return search(e, name, args[domain], searchOptions(args));
      },
      [domain],
    ),
    search_count: modelMethod(
      [domain, ...(env.version === 19 ? ["limit"] : [])],
      (e, _, args) => {
        may(e);
        return search(e, name, args[domain], { order: "id", ...searchOptions(args) }).length;
      },
      [domain],
    ),
    search_read: modelMethod(["domain", "fields", "offset", "limit", "order", ...withLoad], (e, _, args) => {
      may(e);
      const ids = search(e, name, args["domain"] ?? [], searchOptions(args));
      return read(e, name, ids, fieldNames(args["fields"]), readOptions(args));
    }),
    read: recordsMethod(["fields", "load"], (e, ids, args) => {
      may(e);
      return read(e, name, ids, fieldNames(args["fields"]), readOptions(args));
    }),
    name_search: modelMethod(["name", env.version === 19 ? "domain" : "args", "operator", "limit"], (e, _, args) => {
      may(e);
      return nameSearch(e, name, args);
    }),
    exists: recordsMethod([], (e, ids) => ids.filter((id) => e.find(name, id) !== undefined)),
    get_external_id: recordsMethod([], (e, ids) => {
      may(e);
      return Object.fromEntries(ids.map((id) => [String(id), externalIdOf(e, { model: name, id })]));
    }),
  };
}

function nameSearch(env: Environment, model: string, args: Arguments): unknown {
  const text = typeof args["name"] === "string" ? args["name"] : "";
  const operator = typeof args["operator"] === "string" ? args["operator"] : "ilike";
  const limit = typeof args["limit"] === "number" ? args["limit"] : 100;
  const fields = env.model(model).searchNames ?? ["name"];
  const leaves = fields.map((field) => [field, operator, text]);
  const either = [...Array<string>(leaves.length - 1).fill("|"), ...leaves];
  const extra = (args["domain"] ?? args["args"] ?? []) as unknown[];
  const ids = search(env, model, [...(text === "" ? [] : either), ...extra], { limit });
  return ids.map((id) => [id, env.displayName(model, id)]);
}

function writingMethods({ name, label }: ModelDefinition): Readonly<Record<string, MethodDefinition>> {
  return {
    create: modelMethod(
      ["vals_list"],
      (e, _, args) => {
        requireAccess(e.user, subjectOf(e, name, label), "create");
        const given = args["vals_list"];
        const ids = e.together(() => valuesList(given).map((values) => create(e, name, values).id));
        return Array.isArray(given) ? ids : ids[0];
      },
      ["vals_list"],
    ),
    write: recordsMethod(
      ["vals"],
      (e, ids, args) => {
        requireAccess(e.user, subjectOf(e, name, label), "write");
        write(e, name, ids, isObject(args["vals"]) ? args["vals"] : {});
        return true;
      },
      ["vals"],
    ),
    unlink: recordsMethod([], (e, ids) => {
      requireAccess(e.user, subjectOf(e, name, label), "unlink");
      unlink(e, name, ids);
      return true;
    }),
    load: modelMethod(
      ["fields", "data"],
      (e, _, args) => {
        requireAccess(e.user, subjectOf(e, name, label), "create");
        requireAccess(e.user, subjectOf(e, name, label), "write");
        return load(e, name, args["fields"], args["data"]);
      },
      ["fields", "data"],
    ),
  };
}

function aboutMethods(env: Environment, model: ModelDefinition): Readonly<Record<string, MethodDefinition>> {
  const { name, label } = model;
  const operation = (value: unknown): Operation => {
    if (value === "read" || value === "write" || value === "create" || value === "unlink") return value;
    throw new OdooError("ValueError", `Invalid operation ${String(value)}`);
  };
  const methods: Record<string, MethodDefinition> = {
    fields_get: modelMethod(["allfields", "attributes"], (e, _, args) => {
      return fieldsGet(e, name, fieldNames(args["allfields"]), fieldNames(args["attributes"]));
    }),
    default_get: modelMethod(["fields"], () => {
      throw new NotSimulatedError(`${name}.default_get`);
    }),
  };
  if (env.version === 19) {
    methods["has_access"] = recordsMethod(
      ["operation"],
      (e, _, args) => mayDo(e.user, subjectOf(e, name, label), operation(args["operation"])),
      ["operation"],
    );
  }
  methods["check_access_rights"] = modelMethod(
    ["operation", "raise_exception"],
    (e, _, args) => {
      const wanted = operation(args["operation"]);
      if (args["raise_exception"] !== false) requireAccess(e.user, subjectOf(e, name, label), wanted);
      return mayDo(e.user, subjectOf(e, name, label), wanted);
    },
    ["operation"],
  );
  return methods;
}
