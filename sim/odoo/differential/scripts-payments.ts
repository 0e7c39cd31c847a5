/** Scripts about payments: load, post, match in full, in part and too much. */
import { loadedId, many2oneId, partner, type Scene } from "./scene.ts";
import type { Script } from "./scripts-data.ts";
import { invoiced, showMove } from "./scripts-invoices.ts";
import type { Session } from "./session.ts";

const BOTH = [19, 14] as const;

async function pay(scene: Scene, name: string, amount: string): Promise<unknown> {
  const { session } = scene;
  const memo = session.version === 19 ? "memo" : "ref";
  const fields = [
    "id",
    "payment_type",
    "partner_type",
    "partner_id/id",
    "amount",
    "currency_id/.id",
    "date",
    memo,
    "journal_id/.id",
  ];
  const row = [
    session.external(`${name}_pay`),
    "inbound",
    "customer",
    session.external("p"),
    amount,
    String(scene.currencyId),
    "2020-01-03",
    `R-${session.token} tx ${name}`,
    String(scene.journalId),
  ];
  return session.call("account.payment", "load", { fields, data: [row] });
}

async function showPayment(session: Session, id: number): Promise<unknown> {
  const fields = session.version === 19 ? ["memo", "invoice_ids"] : ["ref"];
  return session.search(
    "account.payment",
    [["id", "=", id]],
    [
      "name",
      "state",
      "amount",
      "currency_id",
      "date",
      "is_reconciled",
      "is_matched",
      "move_id",
      "reconciled_invoice_ids",
      "partner_id",
      "display_name",
      ...fields,
    ],
  );
}

async function moveOf(session: Session, paymentId: number): Promise<number> {
  const [row] = await session.search("account.payment", [["id", "=", paymentId]], ["move_id"]);
  const move = row?.["move_id"];
  return Array.isArray(move) ? Number(move[0]) : 0;
}

async function receivable(session: Session, moveId: number): Promise<number> {
  const condition =
    session.version === 19 ? ["account_type", "=", "asset_receivable"] : ["account_internal_type", "=", "receivable"];
  return session.findId("account.move.line", [["move_id", "=", moveId], condition]);
}

const matching = [
  "id",
  "debit_move_id/.id",
  "credit_move_id/.id",
  "amount",
  "debit_amount_currency",
  "credit_amount_currency",
];

const paying: Script = {
  name: "payments: load, post, reconcile in every way",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const out: Record<string, unknown> = {};
    const { invoice } = await invoiced(scene, "a", ["8.26"]);
    await session.call("account.move", "action_post", { ids: [invoice] });
    const loaded = await pay(scene, "a", "28.5");
    const payment = loadedId(loaded);
    out["loaded"] = { loaded, shown: session.version === 19 ? await showPayment(session, payment) : null };
    out["posted"] = await session.call("account.payment", "action_post", { ids: [payment] });
    out["posted again"] = await session.call("account.payment", "action_post", { ids: [payment] });
    out["shown"] = await showPayment(session, payment);
    const entry = await moveOf(session, payment);
    out["entry"] = await showMove(session, entry);
    const line = await receivable(session, entry);
    out["assigned"] = await session.call("account.move", "js_assign_outstanding_line", {
      ids: [invoice],
      line_id: line,
    });
    out["assigned again"] = await session.call("account.move", "js_assign_outstanding_line", {
      ids: [invoice],
      line_id: line,
    });
    out["after"] = { payment: await showPayment(session, payment), invoice: await showMove(session, invoice) };

    const second = await invoiced(scene, "b", ["10"]);
    await session.call("account.move", "action_post", { ids: [second.invoice] });
    const other = loadedId(await pay(scene, "b", "34.5"));
    await session.call("account.payment", "action_post", { ids: [other] });
    const [debit, credit] = [
      await receivable(session, second.invoice),
      await receivable(session, await moveOf(session, other)),
    ];
    const match = (name: string, amount: string) =>
      session.call("account.partial.reconcile", "load", {
        fields: matching,
        data: [[session.external(name), String(debit), String(credit), amount, amount, amount]],
      });
    out["part"] = await match("m1", "30");
    out["after part"] = {
      payment: await showPayment(session, other),
      invoice: await showMove(session, second.invoice),
    };
    const rest = await match("m2", "4.5");
    out["rest"] = rest;
    out["rest again"] = loadedId(await match("m2", "4.5")) === loadedId(rest);
    out["after rest"] = {
      payment: await showPayment(session, other),
      invoice: await showMove(session, second.invoice),
    };
    const partials = await session.search(
      "account.partial.reconcile",
      [["debit_move_id", "=", debit]],
      ["amount", "debit_amount_currency", "max_date", "full_reconcile_id"],
      { order: "id" },
    );
    const full = await session.call("account.full.reconcile", "create", {
      vals_list: [
        {
          partial_reconcile_ids: [[6, 0, partials.map((row) => row["id"])]],
          reconciled_line_ids: [[6, 0, [debit, credit]]],
        },
      ],
    });
    out["full"] = { answer: Array.isArray(full), partials, invoice: await showMove(session, second.invoice) };
    return out;
  },
};

const halfPaying: Script = {
  name: "payments: less and more than the invoice",
  versions: BOTH,
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const out: Record<string, unknown> = {};
    for (const [name, amount] of [
      ["less", "10"],
      ["more", "50"],
    ] as const) {
      const { invoice } = await invoiced(scene, name, ["8.26"]);
      await session.call("account.move", "action_post", { ids: [invoice] });
      const payment = loadedId(await pay(scene, name, amount));
      await session.call("account.payment", "action_post", { ids: [payment] });
      const line = await receivable(session, await moveOf(session, payment));
      const draft = await invoiced(scene, `${name}-draft`, ["1"]);
      out[`${name} on draft`] = await session
        .call("account.move", "js_assign_outstanding_line", { ids: [draft.invoice], line_id: line })
        .then((answer) => (answer as { refused?: string } | null)?.refused ?? "done");
      const answer = await session.call("account.move", "js_assign_outstanding_line", {
        ids: [invoice],
        line_id: line,
      });
      out[name] = {
        answer,
        payment: await showPayment(session, payment),
        invoice: await showMove(session, invoice),
        entry: await showMove(session, await moveOf(session, payment)),
      };
    }
    return out;
  },
};

const loadedTwice: Script = {
  name: "a draft payment loaded twice loses its outstanding account",
  versions: [19],
  play: async (scene) => {
    const { session } = scene;
    await partner(scene);
    const { invoice } = await invoiced(scene, "a", ["8.26"]);
    await session.call("account.move", "action_post", { ids: [invoice] });
    const bare = await session.findId("account.payment.method.line", [
      ["payment_type", "=", "inbound"],
      ["payment_account_id", "=", false],
    ]);
    if (bare === 0) return { skipped: "no journal without an outstanding account" };
    const [row] = await session.search("account.payment.method.line", [["id", "=", bare]], ["journal_id"]);
    const other: Scene = { ...scene, journalId: many2oneId(row?.["journal_id"]) };
    const out: Record<string, unknown> = {};
    const payment = loadedId(await pay(other, "a", "28.5"));
    await pay(other, "a", "28.5");
    await session.call("account.payment", "action_post", { ids: [payment] });
    const [shown] = await session.search(
      "account.payment",
      [["id", "=", payment]],
      ["state", "move_id", "is_reconciled", "outstanding_account_id"],
    );
    out["without entry"] = shown;
    out["tied"] = await session.call("account.payment", "write", {
      ids: [payment],
      vals: { invoice_ids: [[4, invoice]] },
    });
    out["after"] = {
      payment: await session.search(
        "account.payment",
        [["id", "=", payment]],
        ["state", "is_reconciled", "invoice_ids", "reconciled_invoice_ids"],
      ),
      invoice: await session.search("account.move", [["id", "=", invoice]], ["payment_state", "amount_residual"]),
    };
    return out;
  },
};

export const PAYMENT_SCRIPTS: readonly Script[] = [paying, halfPaying, loadedTwice];
