/** One line of `stockbridge check`: what was tested, how it went, and what to do. */
export interface CheckLine {
  readonly connection: string;
  /** e.g. `right to create sale.order`, `webhook order.updated`, `SKU uniqueness`. */
  readonly subject: string;
  readonly status: "ok" | "warning" | "error";
  readonly sentence: string;
  /** "" when ok. */
  readonly fix: string;
}
