/** Shopify as a kind of shop: its settings, and the connector that is made of them. */
import { valueOf, type ShopKind } from "../../core/ports/shop-kind.ts";
import { createShopifyConnector } from "./connector.ts";

/** Shopify's own are 32 and more. */
const SECRET_LENGTH_MIN = 16;
const SHOP_HOST = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

export const shopify: ShopKind = {
  kind: "shopify",
  label: "Shopify",
  abilities: { locations: true, fulfilments: true },
  locationIds: {
    pattern: /^[1-9]\d{0,19}$/,
    example: "12345678901",
    whereabouts: "A location's id is the number at the end of its address in the admin (Settings, Locations).",
  },
  address: {
    description:
      "The shop's own address at Shopify, https://<name>.myshopify.com: not the domain that customers see. In the admin under Settings, Domains.",
    example: "https://example.myshopify.com",
    ask: "Address of the Shopify shop (https://<name>.myshopify.com)",
    objection: ({ protocol, host, hostname, pathname }) => {
      const fix = "Write it like https://example.myshopify.com; the admin shows it under Settings, Domains.";
      // Without encryption it is a shop on a test machine.
      if (protocol === "https:" && !SHOP_HOST.test(hostname))
        return { what: `"${host}" is not the address that a shop has at Shopify`, fix };
      return pathname === "/" ? null : { what: `carries something behind the host: ${pathname}`, fix };
    },
    identity: ({ host }) => host,
  },
  settings: [
    {
      name: "clientId",
      type: "text",
      description: "Client id of an app of the Dev Dashboard that is installed in this shop. Goes with `clientSecret`.",
      required: false,
      ask: "Client id of the app (Dev Dashboard, Settings)",
    },
    {
      name: "clientSecret",
      type: "secret",
      description: "Its client secret: fetches access tokens and checks the signature of webhooks.",
      required: false,
      ask: "Client secret of the app",
      obtain: "Shopify: Dev Dashboard, the app, Settings: the client secret.",
      lengthMin: SECRET_LENGTH_MIN,
      tooShort: "Copy the whole client secret from the app's settings in the Dev Dashboard.",
    },
    {
      name: "accessToken",
      type: "secret",
      description: "Admin API access token of a custom app that was made in the shop's admin (shpat_…).",
      required: false,
      ask: "Admin API access token (shpat_…)",
      obtain: "Shopify: Settings, Apps, Develop apps, the app, API credentials: the Admin API access token.",
      lengthMin: SECRET_LENGTH_MIN,
      tooShort: "Copy the whole Admin API access token (shpat_…).",
    },
    {
      name: "webhookSecret",
      type: "secret",
      description: "API secret key of that custom app: Shopify signs webhooks with it.",
      required: false,
      ask: null,
      obtain: "The API secret key in the same place: Shopify signs webhooks with it.",
      lengthMin: SECRET_LENGTH_MIN,
      tooShort: "Copy the app's API secret key: Shopify signs with that one, not with a text of your choice.",
    },
    {
      name: "currency",
      type: "choice",
      description:
        "Which side of each amount an order in Odoo shows: the shop's own currency, or the one that the customer saw and paid.",
      required: false,
      ask: "Which currency do orders have in Odoo?",
      choices: [
        { value: "shop", label: "shop: the shop's own currency" },
        { value: "presentment", label: "presentment: the currency that the customer paid" },
      ],
      byDefault: "shop",
    },
  ],
  alternatives: [
    {
      name: "client",
      label: "client id and client secret of an app of the Dev Dashboard",
      settings: ["clientId", "clientSecret"],
    },
    {
      name: "token",
      label: "access token of a custom app made in the shop's admin",
      settings: ["accessToken", "webhookSecret"],
    },
  ],
  create: ({ connection, url, values, allowHttp, environment }, outside) => {
    const { accessToken } = values;
    return createShopifyConnector({
      connection,
      url,
      credentials:
        accessToken === undefined
          ? { kind: "client", clientId: valueOf(values, "clientId"), clientSecret: valueOf(values, "clientSecret") }
          : { kind: "token", accessToken },
      // An app of the Dev Dashboard signs with its client secret.
      webhookSecret: valueOf(values, accessToken === undefined ? "clientSecret" : "webhookSecret"),
      currency: valueOf(values, "currency") === "presentment" ? "presentment" : "shop",
      environment,
      allowHttp,
      ...outside,
    });
  },
};
