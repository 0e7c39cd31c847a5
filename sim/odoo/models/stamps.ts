/** Fields that every record has: when and by whom it was made and last changed. */
import { datetime, many2one, type Fields } from "../orm/field.ts";

export const STAMPS: Fields = {
  create_date: datetime("Created on", { readonly: true }),
  create_uid: many2one("Created by", "res.users", { readonly: true }),
  write_date: datetime("Last Updated on", { readonly: true }),
  write_uid: many2one("Last Updated by", "res.users", { readonly: true }),
};
