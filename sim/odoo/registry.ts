/** Every simulated model of a version. */
import type { OdooVersion } from "./orm/environment.ts";
import type { ModelDefinition } from "./orm/model.ts";
import { accountBasics } from "./models/account-basics.ts";
import { accountLine } from "./models/account-line.ts";
import { accountMove } from "./models/account-move.ts";
import { AUTOMATION_MODELS } from "./models/automation.ts";
import { baseModels } from "./models/base.ts";
import { carrierModel } from "./models/carrier.ts";
import { invoiceWizard } from "./models/invoice-wizard.ts";
import { payment } from "./models/payment.ts";
import { productModels } from "./models/product.ts";
import { reconcileModels } from "./models/reconcile.ts";
import { saleLine } from "./models/sale-line.ts";
import { saleOrder } from "./models/sale-order.ts";
import { sequenceModel } from "./models/sequences.ts";
import { stockMoveModels } from "./models/stock-moves.ts";
import { stockModels } from "./models/stock.ts";

export function modelsOf(version: OdooVersion): readonly ModelDefinition[] {
  return [
    ...baseModels(version),
    ...productModels(version),
    ...stockModels(version),
    ...stockMoveModels(version),
    carrierModel(version),
    ...accountBasics(version),
    accountMove(version),
    accountLine(version),
    ...reconcileModels(version),
    payment(version),
    saleOrder(version),
    saleLine(version),
    invoiceWizard(version),
    sequenceModel,
    ...(version === 19 ? AUTOMATION_MODELS : []),
  ];
}
