/** Automations that post to an address when records change (19). What is posted is told by `automations.ts`. */
import { NotSimulatedError } from "../errors.ts";
import { boolean, char, integer, many2many, many2one, one2many, selection } from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { num, str } from "../orm/row.ts";
import { STAMPS } from "./stamps.ts";

const TRIGGERS: readonly (readonly [string, string])[] = [
  ["on_create", "On create"],
  ["on_create_or_write", "On create and edit"],
  ["on_unlink", "On deletion"],
];

const automation: ModelDefinition = {
  name: "base.automation",
  label: "Automation Rule",
  order: "id",
  fields: {
    name: char("Automation Rule Name", { required: true }),
    active: boolean("Active", { default: () => true }),
    model_id: many2one("Model", "ir.model", { required: true }),
    trigger: selection("Trigger", TRIGGERS, { required: true }),
    trigger_field_ids: many2many("Trigger Fields", "ir.model.fields"),
    filter_domain: char("Apply on"),
    action_server_ids: one2many("Actions", "ir.actions.server", "base_automation_id"),
    ...STAMPS,
  },
};

const action: ModelDefinition = {
  name: "ir.actions.server",
  label: "Server Action",
  order: "sequence, name, id",
  fields: {
    name: char("Name"),
    sequence: integer("Sequence", { default: () => 5 }),
    model_id: many2one("Model", "ir.model", { required: true }),
    usage: char("Usage", { default: () => "ir_actions_server" }),
    state: selection(
      "Type",
      [
        ["webhook", "Send Webhook Notification"],
        ["code", "Execute Code"],
        ["object_write", "Update Record"],
      ],
      { required: true, default: () => "object_write" },
    ),
    webhook_url: char("Webhook URL"),
    webhook_field_ids: many2many("Webhook Fields", "ir.model.fields"),
    base_automation_id: many2one("Automation Rule", "base.automation", { index: true }),
    ...STAMPS,
  },
  displayName: (_, row) => str(row, "name") || `Send Webhook Notification(#${row.id})`,
  created: (_, row) => {
    if (str(row, "state") !== "webhook") throw new NotSimulatedError(`ir.actions.server of state ${str(row, "state")}`);
    if (num(row, "model_id") === 0) throw new NotSimulatedError("ir.actions.server without a model");
  },
};

export const AUTOMATION_MODELS: readonly ModelDefinition[] = [automation, action];
