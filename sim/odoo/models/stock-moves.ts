/** Pickings, moves and move lines with the names of each version. */
import { NotSimulatedError, userError } from "../errors.ts";
import { formatInstant } from "../instants.ts";
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, char, datetime, float, many2many, many2one, one2many, selection, type Fields } from "../orm/field.ts";
import { recordsMethod, type MethodDefinition, type ModelDefinition } from "../orm/model.ts";
import { num, ref, str, type Row, type Values } from "../orm/row.ts";
import {
  assignMoves,
  cancelMoves,
  confirmMoves,
  doneOf,
  isOpen,
  refreshPicking,
  reservedOf,
  setMoveQuantity,
  setQuantityDone,
  unreserve,
} from "../stock/moves.ts";
import { cancelPicking, validatePicking } from "../stock/pickings.ts";
import { trackingUrl } from "./carrier.ts";
import { nextNumber } from "./sequences.ts";
import { STAMPS } from "./stamps.ts";

const MOVE_STATES: readonly (readonly [string, string])[] = [
  ["draft", "New"],
  ["waiting", "Waiting Another Move"],
  ["confirmed", "Waiting"],
  ["partially_available", "Partially Available"],
  ["assigned", "Available"],
  ["done", "Done"],
  ["cancel", "Cancelled"],
];

const PICKING_STATES: readonly (readonly [string, string])[] = [
  ["draft", "Draft"],
  ["waiting", "Waiting Another Operation"],
  ["confirmed", "Waiting"],
  ["assigned", "Ready"],
  ["done", "Done"],
  ["cancel", "Cancelled"],
];

const now = (env: Environment) => formatInstant(env.nowUs);

const PICKING_METHODS: Readonly<Record<string, MethodDefinition>> = {
  action_confirm: recordsMethod([], (env, ids) => {
    for (const id of ids) {
      const drafts = env.by("stock.move", "picking_id", id).filter((move) => str(move, "state") === "draft");
      confirmMoves(
        env,
        drafts.map((move) => move.id),
      );
      refreshPicking(env, id);
    }
    return true;
  }),
  button_validate: recordsMethod([], (env, ids) => {
    let answer: unknown = true;
    for (const id of ids) answer = env.together(() => validatePicking(env, id));
    return answer;
  }),
  action_cancel: recordsMethod([], (env, ids) => {
    for (const id of ids) cancelPicking(env, id);
    return true;
  }),
  action_assign: recordsMethod([], (env, ids) => {
    for (const id of ids) {
      assignMoves(
        env,
        env.by("stock.move", "picking_id", id).map((move) => move.id),
      );
      refreshPicking(env, id);
    }
    return true;
  }),
  do_unreserve: recordsMethod([], (env, ids) => {
    for (const id of ids) unreservePicking(env, id);
    return null;
  }),
};

function picking(version: OdooVersion): ModelDefinition {
  const moves = one2many("Stock Moves", "stock.move", "picking_id");
  return {
    name: "stock.picking",
    label: "Transfer",
    order: "priority desc, scheduled_date asc, id desc",
    fields: {
      name: char("Reference", { default: () => "/" }),
      origin: char("Source Document"),
      state: selection("Status", PICKING_STATES, { index: true, default: () => "draft" }),
      priority: selection(
        "Priority",
        [
          ["0", "Normal"],
          ["1", "Urgent"],
        ],
        { default: () => "0" },
      ),
      picking_type_id: many2one("Operation Type", "stock.picking.type", { required: true }),
      picking_type_code: char("Type of Operation", {
        compute: (env, row) => env.row("stock.picking.type", num(row, "picking_type_id"))["code"],
      }),
      partner_id: many2one("Contact", "res.partner"),
      location_id: many2one("Source Location", "stock.location", { required: true }),
      location_dest_id: many2one("Destination Location", "stock.location", { required: true }),
      [version === 19 ? "move_ids" : "move_lines"]: moves,
      move_line_ids: one2many("Operations", "stock.move.line", "picking_id"),
      sale_id: many2one("Sales Order", "sale.order", { index: true }),
      ...(version === 19 ? { return_id: many2one("Return of", "stock.picking", { index: true }) } : {}),
      backorder_id: many2one("Back Order of", "stock.picking", { index: true }),
      backorder_ids: one2many("Back Orders", "stock.picking", "backorder_id"),
      scheduled_date: datetime("Scheduled Date", { default: now }),
      date_done: datetime("Date of Transfer"),
      carrier_id: many2one("Carrier", "delivery.carrier"),
      carrier_tracking_ref: char("Tracking Reference"),
      carrier_tracking_url: char("Tracking URL", { compute: trackingUrl }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      ...STAMPS,
    },
    creating: (env, values) => {
      const type = env.row("stock.picking.type", Number(values["picking_type_id"]));
      return { ...values, name: nextNumber(env, str(type, "prefix"), 5) };
    },
    methods: PICKING_METHODS,
    unlinking: (env, row) => {
      if (env.by("stock.move", "picking_id", row.id).some((move) => str(move, "state") === "done")) {
        throw userError("You can only delete draft moves.");
      }
    },
  };
}

function unreservePicking(env: Environment, id: number): void {
  for (const move of env.by("stock.move", "picking_id", id)) {
    if (!isOpen(move)) continue;
    unreserve(env, move, true);
    const quantity = env.version === 19 ? { quantity: 0 } : {};
    env.set("stock.move", move.id, { state: "confirmed", ...quantity });
  }
  refreshPicking(env, id);
}

function move(version: OdooVersion): ModelDefinition {
  return {
    name: "stock.move",
    label: "Stock Move",
    order: "sequence, id",
    fields: {
      ...(version === 14 ? { name: char("Description", { required: true }) } : {}),
      sequence: float("Sequence", { default: () => 10 }),
      product_id: many2one("Product", "product.product", { required: true, index: true }),
      product_uom_qty: float("Demand", { digits: 2, required: true }),
      product_qty: float("Real Quantity", { compute: (_, row) => num(row, "product_uom_qty") }),
      product_uom: many2one("Unit", "uom.uom"),
      ...moveQuantities(version),
      state: selection("Status", MOVE_STATES, { index: true, default: () => "draft" }),
      date: datetime("Date Scheduled", { default: now }),
      origin: char("Source"),
      location_id: many2one("Source Location", "stock.location", { required: true, index: true }),
      location_dest_id: many2one("Destination Location", "stock.location", { required: true }),
      ...(version === 19 ? { location_final_id: many2one("Final Location", "stock.location") } : {}),
      picking_id: many2one("Transfer", "stock.picking", { index: true }),
      picking_type_id: many2one("Operation Type", "stock.picking.type"),
      partner_id: many2one("Destination Address", "res.partner"),
      sale_line_id: many2one("Sale Line", "sale.order.line", { index: true }),
      origin_returned_move_id: many2one("Origin return move", "stock.move", { index: true }),
      to_refund: boolean("Update quantities on SO/PO", { default: () => version === 19 }),
      move_line_ids: one2many("Move Lines", "stock.move.line", "move_id"),
      move_orig_ids: many2many("Original Move", "stock.move"),
      move_dest_ids: many2many("Destination Moves", "stock.move"),
      reference: char("Reference", {
        compute: (env, row) => {
          const owner = ref(row, "picking_id");
          return owner === null ? null : env.row("stock.picking", owner)["name"];
        },
      }),
      company_id: many2one("Company", "res.company", { default: () => 1 }),
      ...STAMPS,
    },
    displayName: (env, row) => moveName(env, row),
    created: (env, row) => joinOrder(env, row),
    written: (env, row, before, values) => moveWritten(env, row, before, values),
    methods: {
      _action_done: recordsMethod([], () => {
        throw new NotSimulatedError("stock.move._action_done");
      }),
    },
    unlinking: (env, row) => {
      const state = str(row, "state");
      if (state === "done") throw userError("You can only delete draft or cancelled moves.");
      if (isOpen(row)) unreserve(env, row, true);
    },
  };
}

/** A transfer belongs to the order whose lines it moves. */
function joinOrder(env: Environment, row: Row): void {
  const [owner, line] = [ref(row, "picking_id"), ref(row, "sale_line_id")];
  if (owner === null || line === null || ref(env.row("stock.picking", owner), "sale_id") !== null) return;
  env.set("stock.picking", owner, { sale_id: env.row("sale.order.line", line)["order_id"] });
}

function moveQuantities(version: OdooVersion): Fields {
  if (version === 19) {
    return {
      quantity: float("Quantity", { digits: 2 }),
      picked: boolean("Picked"),
      is_inventory: boolean("Inventory"),
    };
  }
  return {
    reserved_availability: float("Quantity Reserved", { digits: 2, compute: (env, row) => reservedOf(env, row.id) }),
    quantity_done: float("Quantity Done", { digits: 2 }),
  };
}

function moveName(env: Environment, row: Row): string {
  const product = env.row("product.product", num(row, "product_id"));
  const origin = str(row, "origin");
  const place = (field: string) => str(env.row("stock.location", num(row, field)), "name");
  const code = str(product, "default_code");
  return `${origin && `${origin}/`}${code && `${code}: `}${place("location_id")}>${place("location_dest_id")}`;
}

function moveWritten(env: Environment, row: Row, before: Row, values: Values): void {
  if (!isOpen(before)) {
    // The same once more changes nothing; anything else would send more, or take back.
    const changes = ["quantity", "quantity_done"].some(
      (name) => Object.hasOwn(values, name) && num(row, name) !== num(before, name),
    );
    if (changes) {
      throw new NotSimulatedError("changing the quantity of a stock.move that is done");
    }
    return;
  }
  if (Object.hasOwn(values, "quantity")) setMoveQuantity(env, row, num(row, "quantity"));
  if (Object.hasOwn(values, "quantity_done")) {
    setQuantityDone(env, row, num(row, "quantity_done"));
    env.set("stock.move", row.id, { quantity_done: doneOf(env, row.id) });
  }
  if (values["state"] === "cancel") cancelMoves(env, [row.id]);
  if (Object.hasOwn(values, "product_uom_qty")) demandChanged(env, env.row("stock.move", row.id));
  const owner = ref(row, "picking_id");
  if (owner !== null) refreshPicking(env, owner);
}

/** A move that asks for less than it holds lets go of all of it, until somebody has it reserved again. */
function demandChanged(env: Environment, row: Row): void {
  if (reservedOf(env, row.id) <= num(row, "product_uom_qty")) return assignMoves(env, [row.id]);
  unreserve(env, row, true);
  env.set("stock.move", row.id, { state: "confirmed", ...(env.version === 19 ? { quantity: 0 } : {}) });
}

function moveLine(version: OdooVersion): ModelDefinition {
  const quantities: Fields =
    version === 19
      ? { quantity: float("Quantity", { digits: 2 }), picked: boolean("Picked") }
      : { product_uom_qty: float("Reserved"), qty_done: float("Done") };
  return {
    name: "stock.move.line",
    label: "Product Moves (Stock Move Line)",
    order: "id",
    fields: {
      picking_id: many2one("Transfer", "stock.picking", { index: true }),
      move_id: many2one("Stock Operation", "stock.move", { index: true }),
      product_id: many2one("Product", "product.product", { index: true }),
      product_uom_id: many2one("Unit", "uom.uom"),
      ...quantities,
      held: float("Held", { hidden: true }),
      location_id: many2one("From", "stock.location"),
      location_dest_id: many2one("To", "stock.location"),
      state: char("Status", {
        compute: (env, row) => {
          const owner = ref(row, "move_id");
          return owner === null ? null : env.row("stock.move", owner)["state"];
        },
      }),
      ...STAMPS,
    },
    displayName: (env, row) => env.displayName("product.product", num(row, "product_id")),
    written: (env, row, _, values) => lineWritten(env, row, values),
  };
}

/** 14: what is done of a move is the sum of its lines. */
function lineWritten(env: Environment, row: Row, values: Values): void {
  if (Object.hasOwn(values, "quantity") || Object.hasOwn(values, "product_uom_qty")) {
    throw new NotSimulatedError("writing the reserved quantity of a stock.move.line");
  }
  const owner = ref(row, "move_id");
  if (owner !== null && Object.hasOwn(values, "qty_done")) {
    env.set("stock.move", owner, { quantity_done: doneOf(env, owner) });
  }
}

export function stockMoveModels(version: OdooVersion): readonly ModelDefinition[] {
  return [picking(version), move(version), moveLine(version)];
}
