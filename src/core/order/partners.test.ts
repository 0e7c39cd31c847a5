import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { BILLING, NOWHERE, PRODUCTS, sampleOrder } from "../testing/orders.ts";
import { runLoop } from "../testing/loop.ts";
import { ModelErp } from "../testing/model-erp.ts";
import type { ErpPartner } from "./erp-documents.ts";
import { orderPartners, partnerCandidates } from "./partners.ts";
import type { ShopOrder } from "./shop-order.ts";

const NOBODY: ReadonlyMap<string, ErpPartner> = new Map();
const partners = (order: ShopOrder, known = NOBODY) => orderPartners(order, "shop-eu", known);

describe("partners of an order", () => {
  test("a registered customer is known by the shop's id", () => {
    const { customer, invoice, delivery, drafts } = partners(sampleOrder({ customerId: "2" }));
    assert.deepEqual([customer, invoice, delivery], Array(3).fill("stockbridge.shop-eu_customer_2"));
    assert.equal(drafts.length, 1);
    assert.deepEqual(drafts[0], {
      externalId: customer,
      parentExternalId: null,
      type: "contact",
      name: "Ada Example",
      companyName: "",
      email: "ada@example.test",
      phone: "+32 9 000 00 00",
      street: "Teststraat 1",
      street2: "",
      city: "Gent",
      zip: "9000",
      countryCode: "BE",
      stateCode: "",
    });
  });

  test("a guest is known by the e-mail, however it is written", () => {
    const written = ["ada@example.test", " ADA@example.test", "Ada@Example.Test "].map(
      (email) => partners(sampleOrder({ billing: { ...BILLING, email } })).customer,
    );
    assert.equal(new Set(written).size, 1);
    assert.match(written[0]!, /^stockbridge\.shop-eu_guest_[0-9a-f]{16}$/);
  });

  test("a guest without e-mail is known by name, address and phone", () => {
    const of = (given: Partial<typeof BILLING>) =>
      partners(sampleOrder({ billing: { ...BILLING, email: "", ...given } })).customer;
    assert.equal(of({}), of({ street: "teststraat  1", phone: "+3290000000" }));
    assert.notEqual(of({}), of({ street: "Teststraat 2" }));
    assert.notEqual(of({}), of({ phone: "+32 9 000 00 01" }));
    assert.notEqual(of({}), partners(sampleOrder()).customer);
  });

  test("names: person, else company, else e-mail, else guest", () => {
    const name = (given: Partial<typeof BILLING>) =>
      partners(sampleOrder({ billing: { ...NOWHERE, ...given } })).drafts[0]?.name;
    assert.equal(name({ firstName: "Ada", lastName: "Example", company: "Example BV" }), "Ada Example");
    assert.equal(name({ company: "Example BV", email: "x@example.test" }), "Example BV");
    assert.equal(name({ email: "x@example.test" }), "x@example.test");
    assert.equal(name({ country: "BE" }), "Guest");
  });

  test("goods that go elsewhere get a delivery contact", () => {
    const shipping = {
      ...NOWHERE,
      firstName: "Bob",
      lastName: "Example",
      street: "Proefweg 2",
      city: "Brugge",
      postcode: "8000",
      country: "BE",
    };
    const { customer, invoice, delivery, drafts } = partners(sampleOrder({ shipping }));
    assert.equal(invoice, customer);
    assert.match(delivery, new RegExp(`^${customer}_address_[0-9a-f]{16}$`));
    assert.deepEqual(
      drafts.map(({ type, name, parentExternalId, email }) => ({ type, name, parentExternalId, email })),
      [
        { type: "contact", name: "Ada Example", parentExternalId: null, email: "ada@example.test" },
        { type: "delivery", name: "Bob Example", parentExternalId: customer, email: "" },
      ],
    );
  });

  test("what the checkout leaves out under shipping is no other address", () => {
    const same = { ...BILLING, email: "", phone: "", company: "" };
    for (const shipping of [
      null,
      NOWHERE,
      { ...NOWHERE, country: "BE" },
      same,
      { ...same, firstName: "", lastName: "" },
      { ...same, street: "TESTSTRAAT 1 " },
    ]) {
      assert.equal(
        partners(sampleOrder({ billing: { ...BILLING, company: "Example BV" }, shipping })).drafts.length,
        1,
      );
    }
  });

  test("the same person at another company's door is another address", () => {
    const shipping = { ...BILLING, email: "", phone: "", company: "Other BV" };
    assert.equal(partners(sampleOrder({ billing: { ...BILLING, company: "Example BV" }, shipping })).drafts.length, 2);
  });

  test("a customer who lives elsewhere gets an invoice contact; the same address needs none", () => {
    const order = sampleOrder({ customerId: "2" });
    const known = (street: string) =>
      new Map([
        [
          "stockbridge.shop-eu_customer_2",
          {
            id: 7,
            externalId: "stockbridge.shop-eu_customer_2",
            place: { street, street2: "", city: "Gent", zip: "9000", countryCode: "BE" },
          },
        ],
      ]);
    assert.equal(partners(order, known("TESTSTRAAT 1")).drafts.length, 1);
    const moved = partners(order, known("Elders 9"));
    assert.deepEqual(
      moved.drafts.map((draft) => draft.type),
      ["contact", "invoice"],
    );
    assert.equal(moved.delivery, moved.invoice);
    assert.ok(partnerCandidates(order, "shop-eu").includes(moved.invoice));
  });

  test("an order without any address is billed to the customer itself", () => {
    const order = sampleOrder({ customerId: "2", billing: { ...NOWHERE, email: "ada@example.test" } });
    const known = new Map([
      [
        "stockbridge.shop-eu_customer_2",
        {
          id: 7,
          externalId: "stockbridge.shop-eu_customer_2",
          place: { street: "Elders 9", street2: "", city: "", zip: "", countryCode: "" },
        },
      ],
    ]);
    assert.equal(partners(order, known).drafts.length, 1);
  });

  test("eight first orders of one guest, in any order, make one customer and one contact an address", () => {
    const street = fc.constantFrom("Teststraat 1", "Proefweg 2", "Voorbeeld 3");
    const orders = fc.array(fc.record({ billing: street, shipping: fc.option(street) }), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(orders, (given) => {
        const made = new ModelErp({ products: PRODUCTS, exactOrders: true });
        for (const [index, { billing, shipping }] of given.entries()) {
          const erp = new ModelErp({ products: PRODUCTS, exactOrders: true });
          for (const [externalId, partner] of made.partners) erp.partners.set(externalId, partner);
          const order = sampleOrder({
            id: String(index + 1),
            number: String(index + 1),
            billing: { ...BILLING, street: billing },
            shipping: shipping === null ? null : { ...BILLING, street: shipping },
          });
          assert.equal(runLoop(erp, order).plan.state.name, "synced");
          for (const [externalId, partner] of erp.partners) made.partners.set(externalId, partner);
        }
        const ids = [...made.partners.keys()];
        const customers = ids.filter((id) => !id.includes("_address_"));
        const addresses = new Set(given.flatMap(({ billing, shipping }) => [billing, shipping ?? billing]));
        assert.equal(customers.length, 1);
        assert.ok(ids.length <= 1 + addresses.size);
      }),
      { numRuns: 40 },
    );
  });
});
