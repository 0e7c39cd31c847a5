/** What happens in the shop and may be told by webhooks. The body is made when it happens: retries carry the same one. */
export interface Event {
  /** `orders/create` */
  readonly topic: string;
  /** REST-shaped JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Shared by all deliveries that one action causes; absent: of its own. */
  readonly cause?: string;
}
