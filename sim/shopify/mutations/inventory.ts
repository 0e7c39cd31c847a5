/** Quantities set absolutely with compare-and-set, adjusted, and stocked at a location. All or nothing, errors by field. */
import { gid, instant } from "../ids.ts";
import type { InventoryItem, Level, Location } from "../model.ts";
import { itemOf, locationOf } from "../resolvers/inventory.ts";
import { textOf } from "../resolvers/values.ts";
import { activate, deactivate, move } from "../stock.ts";
import { ApiError, onlyFields, plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";
import { numberOf } from "../ids.ts";

export const INPUTS_MAX = 250;
const QUANTITY_MAX = 1_000_000_000;
const REASONS = new Set([
  "correction",
  "cycle_count_available",
  "damaged",
  "movement_canceled",
  "movement_created",
  "movement_received",
  "movement_updated",
  "other",
  "promotion",
  "quality_control",
  "received",
  "reservation_created",
  "reservation_deleted",
  "reservation_updated",
  "restock",
  "safety_stock",
  "shrinkage",
]);

type Input = Readonly<Record<string, unknown>>;

export interface CodedError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string;
}

interface Target {
  readonly item: InventoryItem;
  readonly location: Location;
  readonly level: Level;
  readonly quantity: number;
  readonly before: number;
}

interface AppliedChange {
  readonly item: InventoryItem;
  readonly location: Location;
  readonly name: string;
  readonly delta: number;
  readonly quantityAfterChange: number | null;
}

interface AdjustmentGroup {
  readonly type: "InventoryAdjustmentGroup";
  readonly id: number;
  readonly createdMs: number;
  readonly reason: string;
  readonly reference: string | null;
  readonly changes: readonly AppliedChange[];
}

function setQuantities(_: unknown, args: Args, context: Context) {
  const input = args["input"] as Input;
  onlyFields(input, "InventorySetQuantitiesInput", ["name", "quantities", "reason", "referenceDocumentUri"]);
  const quantities = input["quantities"] as readonly Input[];
  limited(quantities, "input.quantities");
  for (const quantity of quantities) {
    onlyFields(quantity, "InventoryQuantityInput", ["inventoryItemId", "locationId", "quantity", "changeFromQuantity"]);
    if (quantity["changeFromQuantity"] === undefined)
      throw new ApiError(
        "InventoryQuantityInput must include the following argument: changeFromQuantity.",
        "INVALID_FIELD_ARGUMENTS",
      );
  }
  const name = textOf(input, "name");
  const errors = headErrors(input, ["available", "on_hand"]);
  const targets = targetsOf(quantities, "quantities", name, context, errors);
  for (const [index, quantity] of quantities.entries())
    checkQuantity(quantity, targets[index], ["input", "quantities", String(index)], errors);
  if (errors.length > 0) return { inventoryAdjustmentGroup: null, userErrors: errors };
  return done(
    input,
    targets.filter((target) => target !== undefined),
    name,
    context,
  );
}

function checkQuantity(input: Input, target: Target | undefined, path: readonly string[], errors: CodedError[]): void {
  const quantity = input["quantity"] as number;
  if (quantity > QUANTITY_MAX)
    errors.push(
      problem([...path, "quantity"], "INVALID_QUANTITY_TOO_HIGH", "The quantity can't be higher than 1,000,000,000."),
    );
  if (quantity < -QUANTITY_MAX)
    errors.push(
      problem([...path, "quantity"], "INVALID_QUANTITY_TOO_LOW", "The quantity can't be lower than -1,000,000,000."),
    );
  const expected = input["changeFromQuantity"];
  if (target !== undefined && typeof expected === "number" && expected !== target.before)
    errors.push(
      problem(
        [...path, "changeFromQuantity"],
        "CHANGE_FROM_QUANTITY_STALE",
        "The specified change from quantity does not match the current quantity.",
      ),
    );
}

function headErrors(input: Input, names: readonly string[]): CodedError[] {
  const errors: CodedError[] = [];
  if (!names.includes(textOf(input, "name")))
    errors.push(
      problem(
        ["input", "name"],
        "INVALID_NAME",
        `The quantity name must be either ${names.map((name) => `'${name}'`).join(" or ")}.`,
      ),
    );
  if (!REASONS.has(textOf(input, "reason")))
    errors.push(problem(["input", "reason"], "INVALID_REASON", "The specified reason is invalid."));
  const reference = input["referenceDocumentUri"];
  if (typeof reference === "string" && !/^[a-z][a-z0-9+.-]*:\/\/.+/.test(reference))
    errors.push(
      problem(
        ["input", "referenceDocumentUri"],
        "INVALID_REFERENCE_DOCUMENT",
        "The specified reference document is invalid.",
      ),
    );
  return errors;
}

/** One for each input, undefined where there is an error. */
function targetsOf(
  inputs: readonly Input[],
  list: string,
  name: string,
  { state }: Context,
  errors: CodedError[],
): (Target | undefined)[] {
  const seen = new Set<string>();
  return inputs.map((input, index) => {
    const path = ["input", list, String(index)];
    const item = itemOf(state, textOf(input, "inventoryItemId"));
    const location = locationOf(state, textOf(input, "locationId"));
    if (item === null)
      errors.push(
        problem(
          [...path, "inventoryItemId"],
          "INVALID_INVENTORY_ITEM",
          "The specified inventory item could not be found.",
        ),
      );
    if (location === null || !location.active)
      errors.push(problem([...path, "locationId"], "INVALID_LOCATION", "The specified location could not be found."));
    if (item === null || location === null || !location.active) return undefined;
    const key = `${item.id}/${location.id}`;
    if (seen.has(key))
      errors.push(
        problem(
          path,
          "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
          "The combination of inventoryItemId and locationId must be unique.",
        ),
      );
    seen.add(key);
    const level = item.levels.get(location.id);
    if (level?.active !== true) {
      errors.push(
        problem(
          [...path, "locationId"],
          "ITEM_NOT_STOCKED_AT_LOCATION",
          "The specified inventory item is not stocked at the location.",
        ),
      );
      return undefined;
    }
    const before = name === "on_hand" ? level.available + level.committed : level.available;
    return { item, location, level, before, quantity: input["quantity"] as number };
  });
}

function done(input: Input, targets: readonly Target[], name: string, context: Context) {
  const changes = targets
    .filter(({ before, quantity }) => before !== quantity)
    .flatMap(({ item, location, level, before, quantity }): AppliedChange[] => {
      const delta = quantity - before;
      move(context, level, { available: delta });
      return ["available", "on_hand"].map((each) => ({
        item,
        location,
        name: each,
        delta,
        // Told only for the quantity that the caller spoke of.
        quantityAfterChange: each === name ? quantity : null,
      }));
    });
  return { inventoryAdjustmentGroup: group(input, changes, context), userErrors: [] };
}

/** Nothing changed: no group. */
function group(input: Input, changes: readonly AppliedChange[], { state }: Context): AdjustmentGroup | null {
  if (changes.length === 0) return null;
  return {
    type: "InventoryAdjustmentGroup",
    id: state.nextId("InventoryAdjustmentGroup"),
    createdMs: state.nowMs(),
    reason: textOf(input, "reason"),
    reference: (input["referenceDocumentUri"] as string | null | undefined) ?? null,
    changes,
  };
}

function adjustQuantities(_: unknown, args: Args, context: Context) {
  const input = args["input"] as Input;
  onlyFields(input, "InventoryAdjustQuantitiesInput", ["name", "changes", "reason", "referenceDocumentUri"]);
  const inputs = input["changes"] as readonly Input[];
  limited(inputs, "input.changes");
  for (const change of inputs) {
    onlyFields(change, "InventoryChangeInput", ["inventoryItemId", "locationId", "delta", "changeFromQuantity"]);
    if (change["changeFromQuantity"] === undefined)
      throw new ApiError(
        "InventoryChangeInput must include the following argument: changeFromQuantity.",
        "INVALID_FIELD_ARGUMENTS",
      );
  }
  const errors = headErrors(input, ["available"]);
  const name = textOf(input, "name");
  const targets = targetsOf(inputs, "changes", name, context, errors).map((target, index) =>
    target === undefined ? undefined : { ...target, quantity: target.before + (inputs[index]?.["delta"] as number) },
  );
  for (const [index, change] of inputs.entries())
    checkQuantity(
      { ...change, quantity: targets[index]?.quantity ?? 0 },
      targets[index],
      ["input", "changes", String(index)],
      errors,
    );
  if (errors.length > 0) return { inventoryAdjustmentGroup: null, userErrors: errors };
  return done(
    input,
    targets.filter((target) => target !== undefined),
    name,
    context,
  );
}

function activateItem(_: unknown, args: Args, context: Context) {
  const item = itemOf(context.state, textOf(args, "inventoryItemId"));
  const location = locationOf(context.state, textOf(args, "locationId"));
  const fault = (field: string, message: string) => ({
    inventoryLevel: null,
    userErrors: [{ field: [field], message }],
  });
  if (item === null) return fault("inventoryItemId", "The product couldn't be stocked because it does not exist.");
  if (location === null)
    return fault("locationId", "The product couldn't be stocked because the location wasn't found.");
  if (!location.active) return fault("locationId", "The product couldn't be stocked because the location is inactive.");
  const available = args["available"];
  const isNew = item.levels.get(location.id)?.active !== true;
  if (!isNew && typeof available === "number")
    return fault("available", "Not allowed to set available quantity when the item is already active at the location.");
  const level = activate(context, item, location);
  if (typeof available === "number") move(context, level, { available });
  return { inventoryLevel: level, userErrors: [] };
}

function deactivateItem(_: unknown, args: Args, context: Context) {
  const level = context.state.levels.get(numberOf("InventoryLevel", textOf(args, "inventoryLevelId")) ?? 0);
  if (level === undefined)
    return { userErrors: [{ field: ["inventoryLevelId"], message: "The inventory level was not found." }] };
  if (level.committed > 0)
    return { userErrors: [{ field: null, message: "The item can't be unstocked while it is committed to orders." }] };
  deactivate(context, level);
  return { userErrors: [] };
}

function limited(list: readonly unknown[], name: string): void {
  if (list.length > INPUTS_MAX)
    throw new ApiError(
      `The input array size of ${list.length} is greater than the maximum allowed of ${INPUTS_MAX} (${name}).`,
      "MAX_INPUT_SIZE_EXCEEDED",
      {
        inputSize: list.length,
        maxInputSize: INPUTS_MAX,
      },
    );
}

export function problem(field: readonly string[] | null, code: string, message: string): CodedError {
  return { field, code, message };
}

export const INVENTORY_MUTATIONS = {
  inventorySetQuantities: withArgs<undefined>(["input"], setQuantities),
  inventoryAdjustQuantities: withArgs<undefined>(["input"], adjustQuantities),
  inventoryActivate: withArgs<undefined>(["inventoryItemId", "locationId", "available"], activateItem),
  inventoryDeactivate: withArgs<undefined>(["inventoryLevelId"], deactivateItem),
};

export const INVENTORY_PAYLOADS: Tables = {
  InventorySetQuantitiesPayload: plain("inventoryAdjustmentGroup", "userErrors"),
  InventoryAdjustQuantitiesPayload: plain("inventoryAdjustmentGroup", "userErrors"),
  InventoryActivatePayload: plain("inventoryLevel", "userErrors"),
  InventoryDeactivatePayload: plain("userErrors"),
  InventoryAdjustmentGroup: type<AdjustmentGroup>({
    id: ({ id }) => gid("InventoryAdjustmentGroup", id),
    createdAt: ({ createdMs }) => instant(createdMs),
    reason: ({ reason }) => reason,
    referenceDocumentUri: ({ reference }) => reference,
    changes: withArgs<AdjustmentGroup>(["quantityNames", "inventoryItemIds", "locationIds"], ({ changes }, args) => {
      const wanted = (name: string, value: string) => {
        const list = args[name] as readonly string[] | null | undefined;
        return list === undefined || list === null || list.includes(value);
      };
      return changes.filter(
        ({ name, item, location }) =>
          wanted("quantityNames", name) &&
          wanted("inventoryItemIds", gid("InventoryItem", item.id)) &&
          wanted("locationIds", gid("Location", location.id)),
      );
    }),
  }),
  InventoryChange: plain("item", "location", "name", "delta", "quantityAfterChange"),
};
