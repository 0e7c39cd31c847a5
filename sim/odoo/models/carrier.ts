/** Delivery methods, and where a customer follows a parcel: 19 makes the address from the method's link, 14 knows none here. */
import type { Environment, OdooVersion } from "../orm/environment.ts";
import { boolean, char, float, many2one, selection } from "../orm/field.ts";
import type { ModelDefinition } from "../orm/model.ts";
import { ref, str, type Row } from "../orm/row.ts";
import { STAMPS } from "./stamps.ts";

/** What Odoo puts the number in place of. */
const NUMBER_PLACE = "<shipmenttrackingnumber>";

export function carrierModel(version: OdooVersion): ModelDefinition {
  return {
    name: "delivery.carrier",
    label: version === 19 ? "Delivery Method" : "Shipping Methods",
    order: "sequence, id",
    fields: {
      name: char("Delivery Method", { required: true, index: true }),
      active: boolean("Active", { default: () => true }),
      sequence: float("Sequence", { default: () => 10 }),
      product_id: many2one("Delivery Product", "product.product", { required: true }),
      delivery_type: selection("Provider", [["fixed", "Fixed Price"]], { required: true, default: () => "fixed" }),
      ...(version === 19 ? { tracking_url: char("Tracking Link") } : {}),
      ...STAMPS,
    },
  };
}

export function trackingUrl(env: Environment, picking: Row): string | null {
  const carrier = ref(picking, "carrier_id");
  const number = str(picking, "carrier_tracking_ref");
  if (carrier === null || number === "" || env.version === 14) return null;
  const link = str(env.row("delivery.carrier", carrier), "tracking_url");
  return link === "" ? null : link.replaceAll(NUMBER_PLACE, number);
}
