/** WooCommerce as a kind of shop: its settings, and the connector that is made of them. */
import { valueOf, type ShopKind } from "../../core/ports/shop-kind.ts";
import { createWooCommerceConnector } from "./connector.ts";

const WEBHOOK_SECRET_LENGTH_MIN = 16;

export const wooCommerce: ShopKind = {
  kind: "woocommerce",
  label: "WooCommerce",
  abilities: { locations: false, fulfilments: false },
  locationIds: null,
  address: {
    description: "Address of the shop, as in WordPress under Settings, General, Site Address.",
    example: "https://shop.example.test",
    ask: "Address of the WooCommerce shop",
    objection: () => null,
    identity: ({ host, pathname }) => `${host}${pathname.replace(/\/+$/, "")}`,
  },
  settings: [
    {
      name: "key",
      type: "secret",
      description: "Consumer key of a REST API key with read and write permission (ck_…).",
      required: true,
      ask: "WooCommerce consumer key (ck_…)",
      obtain: "WooCommerce: Settings, Advanced, REST API, Add key, with read and write permission: the consumer key.",
      lengthMin: 1,
      tooShort: "",
    },
    {
      name: "secret",
      type: "secret",
      description: "Its consumer secret (cs_…).",
      required: true,
      ask: "WooCommerce consumer secret (cs_…)",
      obtain: "The consumer secret that is shown with it.",
      lengthMin: 1,
      tooShort: "",
    },
    {
      name: "webhookSecret",
      type: "secret",
      description: "Signs the shop's webhooks; any long random text.",
      required: true,
      ask: null,
      obtain: "Signs the shop's webhooks: long random text; make one with: openssl rand -hex 24",
      lengthMin: WEBHOOK_SECRET_LENGTH_MIN,
      tooShort: "Make one with: openssl rand -hex 24",
    },
  ],
  alternatives: [],
  create: ({ connection, url, values, allowHttp, environment }, outside) =>
    createWooCommerceConnector({
      connection,
      url,
      key: valueOf(values, "key"),
      secret: valueOf(values, "secret"),
      webhookSecret: valueOf(values, "webhookSecret"),
      allowHttp,
      environment,
      ...outside,
    }),
};
