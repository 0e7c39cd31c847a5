/**
 * Whether a shop can be kept in step: address, version, the key's rights, currency, taxes, webhooks, and what of its
 * settings makes events late. Each line says what to do. Never throws for anything that the shop answers.
 */
import { z } from "zod";
import { fixOf, sentenceOf, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import type { WooClient } from "./client.ts";
import { readWebhooks, WEBHOOK_NAME_PREFIX, WEBHOOK_TOPICS } from "./webhooks.ts";

/** The oldest that was measured. */
const MAJOR_MEASURED_MIN = 9;

const statusShape = z.object({
  environment: z.object({
    home_url: z.string().catch(""),
    version: z.string().catch(""),
    wp_version: z.string().catch(""),
    wp_cron: z.boolean().nullable().catch(null),
  }),
  settings: z.object({
    currency: z.string().catch(""),
    number_of_decimals: z.number().nullable().catch(null),
  }),
});

const taxShape = z.array(z.object({ id: z.string(), value: z.unknown() }));

type Line = Omit<CheckLine, "connection">;

const good = (subject: string, sentence: string): Line => ({ subject, status: "ok", sentence, fix: "" });
const warning = (subject: string, sentence: string, fix: string): Line => ({
  subject,
  status: "warning",
  sentence,
  fix,
});
const refused = (subject: string, failure: Failure): Line => ({
  subject,
  status: "error",
  sentence: sentenceOf(failure),
  fix: fixOf(failure),
});

export async function check(client: WooClient, call: CallContext): Promise<readonly CheckLine[]> {
  const reachable = await readRights(client, call);
  const canRead = reachable.some(({ status }) => status === "ok");
  const rest = canRead
    ? [
        ...(await writeRights(client, call)),
        ...(await settings(client, call)),
        ...(await taxes(client, call)),
        ...(await webhooks(client, call)),
      ]
    : [];
  return [encryption(client), ...reachable, ...rest].map((line) => ({ connection: client.connection, ...line }));
}

function encryption({ isHttps }: WooClient): Line {
  if (isHttps) return good("https", "The shop is spoken to over https");
  return warning(
    "https",
    "The shop is spoken to over plain http, so anybody in between can read its orders",
    "Give the shop's https address; plain http is for test shops only.",
  );
}

async function readRights(client: WooClient, call: CallContext): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [subject, path] of [
    ["right to read orders", "/orders"],
    ["right to read products", "/products"],
  ] as const) {
    const answer = await client.get(path, { per_page: 1 }, call);
    if (answer.ok && Array.isArray(answer.value.body)) lines.push(good(subject, "The key may read them"));
    else if (answer.ok)
      lines.push(
        warning(
          subject,
          `The shop answered GET ${path} without a list`,
          "Check the address; another plugin may stand in between.",
        ),
      );
    else lines.push(withAddressHint(refused(subject, answer.failure)));
  }
  return lines;
}

/** Without pretty permalinks WordPress has no /wp-json, and its theme answers instead. */
function withAddressHint(line: Line): Line {
  if (!/web page|rest_no_route/.test(line.sentence)) return line;
  return {
    ...line,
    fix: `${line.fix} In WordPress, Settings > Permalinks must not be "Plain", or /wp-json does not exist.`,
  };
}

/** An empty batch changes nothing, but the shop asks for the right to write before it looks into it. */
async function writeRights(client: WooClient, call: CallContext): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [subject, path] of [
    ["right to write orders", "/orders/batch"],
    ["right to write products", "/products/batch"],
  ] as const) {
    const answer = await client.write("POST", path, { update: [] }, call);
    if (answer.ok) lines.push(good(subject, "The key may write them"));
    else
      lines.push({
        ...refused(subject, answer.failure),
        fix: "Give the key the permission Read/Write (WooCommerce > Settings > Advanced > REST API), for a user who manages the shop.",
      });
  }
  return lines;
}

async function settings(client: WooClient, call: CallContext): Promise<Line[]> {
  const answer = await client.get("/system_status", {}, call);
  if (!answer.ok) return [refused("version", answer.failure)];
  const parsed = statusShape.safeParse(answer.value.body);
  if (!parsed.success) return [warning("version", "The shop does not tell its version", "Update WooCommerce.")];
  const { environment, settings: shop } = parsed.data;
  const running = `WooCommerce ${environment.version} on WordPress ${environment.wp_version}`;
  const isOld = Number.parseInt(environment.version, 10) < MAJOR_MEASURED_MIN;
  const lines = [
    isOld
      ? warning(
          "version",
          `${running} is older than what this hub was measured with`,
          `Update WooCommerce to ${MAJOR_MEASURED_MIN} or newer.`,
        )
      : good("version", running),
  ];
  if (/^[A-Z]{3}$/.test(shop.currency))
    lines.push(
      good(
        "currency",
        `The shop sells in ${shop.currency} with ${shop.number_of_decimals ?? "an unknown number of"} decimals`,
      ),
    );
  else
    lines.push(
      warning("currency", "The shop does not tell its currency", "Set it in WooCommerce > Settings > General."),
    );
  if (environment.wp_cron === false) {
    lines.push(
      warning(
        "WP-Cron",
        "WP-Cron is switched off in the shop, so webhooks wait until something else runs it",
        "Let the server call wp-cron.php every minute; until then polling brings the orders.",
      ),
    );
  }
  if (environment.home_url.startsWith("https:") && !client.isHttps) {
    lines.push(
      warning(
        "address",
        "The shop calls itself by an https address, but is spoken to over http",
        "Use the https address in the configuration.",
      ),
    );
  }
  return lines;
}

async function taxes(client: WooClient, call: CallContext): Promise<Line[]> {
  const answer = await client.get("/settings/tax", {}, call);
  if (!answer.ok) return [refused("tax settings", answer.failure)];
  const parsed = taxShape.safeParse(answer.value.body);
  if (!parsed.success)
    return [warning("tax settings", "The shop does not tell its tax settings", "Update WooCommerce.")];
  const valueOf = (id: string): unknown => parsed.data.find((setting) => setting.id === id)?.value;
  const entered = valueOf("woocommerce_prices_include_tax") === "yes" ? "with" : "without";
  if (valueOf("woocommerce_tax_round_at_subtotal") !== "yes")
    return [good("tax settings", `Prices are entered ${entered} tax; tax is rounded on each line`)];
  return [
    warning(
      "tax settings",
      `Prices are entered ${entered} tax; tax is rounded at the subtotal, so the taxes of an order's lines may not add up to its tax`,
      "Such orders are held with the difference named. Switch off WooCommerce > Settings > Tax > Rounding to avoid it.",
    ),
  ];
}

async function webhooks(client: WooClient, call: CallContext): Promise<Line[]> {
  const read = await readWebhooks(client, call);
  if (!read.ok) return [refused("webhooks", read.failure)];
  const ours = read.value.filter(({ name }) => name.startsWith(WEBHOOK_NAME_PREFIX));
  return WEBHOOK_TOPICS.map((topic) => {
    const subject = `webhook ${topic}`;
    const found = ours.filter((webhook) => webhook.topic === topic);
    const active = found.filter(({ status }) => status === "active");
    const created = "The hub creates and enables its webhooks when it starts, if it has a public address.";
    if (found.length === 0) return warning(subject, `There is no webhook ${topic} of the hub`, created);
    if (active.length === 0)
      return warning(
        subject,
        `The webhook ${topic} is ${found[0]?.status ?? "off"}; the shop switches one off after a few failed deliveries`,
        created,
      );
    const addresses = new Set(active.map(({ delivery_url }) => delivery_url));
    if (addresses.size < active.length)
      return warning(
        subject,
        `The webhook ${topic} exists ${active.length} times for one address`,
        "Delete all but one in WooCommerce > Settings > Advanced > Webhooks.",
      );
    return good(subject, `The webhook ${topic} is active`);
  });
}
