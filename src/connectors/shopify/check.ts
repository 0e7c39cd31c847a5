/**
 * Whether a Shopify shop can be kept in step: address and token, API version, access scopes. One line each, with what to do.
 * Never throws for anything that the shop answers.
 */
import { fixOf, sentenceOf, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import { API_VERSION, VALIDATED_VERSIONS } from "./api-version.ts";
import type { ShopifyClient } from "./client.ts";
import { shopScopes, shopSelf } from "./operations/shop.ts";
import { missingScopes, OLD_ORDERS_SCOPE } from "./scopes.ts";

type Line = Omit<CheckLine, "connection">;

const good = (subject: string, sentence: string): Line => ({ subject, status: "ok", sentence, fix: "" });
const warning = (subject: string, sentence: string, fix: string): Line => ({
  subject,
  status: "warning",
  sentence,
  fix,
});
const bad = (subject: string, sentence: string, fix: string): Line => ({ subject, status: "error", sentence, fix });
const failed = (subject: string, given: Failure): Line => bad(subject, sentenceOf(given), fixOf(given));

const GRANT_SCOPE =
  "Add it to the app's scopes (Dev Dashboard, the app, Versions: release a new one), then open the app's installation in the shop's admin and approve it; docs/shopify.md shows each step.";
const UPDATE = "Update this hub: a newer one asks for a version that Shopify supports.";

/** Reachability, encryption, API version and scopes; the connector adds lines for webhooks and what is mapped. */
export async function checkShop(client: ShopifyClient, call: CallContext): Promise<readonly CheckLine[]> {
  const shop = await shopLine(client, call);
  const rest =
    shop.status === "error" ? [] : [versionLine(client.servedVersion()), ...(await scopeLines(client, call))];
  return [encryption(client), shop, ...rest].map((line) => ({ connection: client.connection, ...line }));
}

function encryption({ isHttps }: ShopifyClient): Line {
  if (isHttps) return good("https", "The shop is spoken to over https");
  return warning(
    "https",
    "The shop is spoken to over plain http, so anybody in between can read its orders",
    "Give the shop's https address; plain http is for test shops only.",
  );
}

async function shopLine(client: ShopifyClient, call: CallContext): Promise<Line> {
  const answer = await client.request(shopSelf, {}, call);
  if (!answer.ok) return failed("shop", answer.failure);
  const { name, myshopifyDomain, currencyCode, ianaTimezone, plan, taxesIncluded } = answer.value.shop;
  const kind = plan.partnerDevelopment ? `${plan.publicDisplayName}, a development shop` : plan.publicDisplayName;
  const prices = taxesIncluded ? "with" : "without";
  return good(
    "shop",
    `${name} (${myshopifyDomain}) sells in ${currencyCode}, prices ${prices} tax, time zone ${ianaTimezone}, plan ${kind}`,
  );
}

/** Versions are dates, so they compare as text. */
export function versionLine(served: string | null): Line {
  const subject = "API version";
  if (served === API_VERSION) return good(subject, `Shopify answers with the Admin API ${API_VERSION}, as asked`);
  if (served === null)
    return warning(
      subject,
      `Shopify does not say which version of the Admin API it answered with; ${API_VERSION} was asked for`,
      "Check the address: a proxy in between may take the header X-Shopify-API-Version away.",
    );
  const sentence = `Shopify answers with the Admin API ${served} instead of ${API_VERSION}, which was asked for`;
  const isValidated = VALIDATED_VERSIONS.some((version) => version === served);
  if (isValidated) return warning(subject, `${sentence}; every operation of this hub is valid for it too`, UPDATE);
  return bad(subject, `${sentence}; this hub's operations were not validated for it`, UPDATE);
}

async function scopeLines(client: ShopifyClient, call: CallContext): Promise<readonly Line[]> {
  const answer = await client.request(shopScopes, {}, call);
  if (!answer.ok) return [failed("access scopes", answer.failure)];
  const granted = answer.value.currentAppInstallation.accessScopes.map(({ handle }) => handle);
  const missing = missingScopes(granted).map(({ scope, purpose }) =>
    bad(`access scope ${scope}`, `The app lacks the access scope ${scope}: without it ${purpose}`, GRANT_SCOPE),
  );
  const all =
    missing.length === 0 ? [good("access scopes", "The app has every access scope that the hub needs")] : missing;
  return [...all, ...oldOrders(granted)];
}

function oldOrders(granted: readonly string[]): readonly Line[] {
  const subject = `access scope ${OLD_ORDERS_SCOPE}`;
  if (granted.includes(OLD_ORDERS_SCOPE)) return [good(subject, "Orders of any age can be read")];
  return [
    warning(
      subject,
      `The app lacks the access scope ${OLD_ORDERS_SCOPE}: orders older than 60 days cannot be read, so their refunds and cancellations stay unnoticed`,
      `${GRANT_SCOPE} Shopify has to approve this one for the app first.`,
    ),
  ];
}
