/**
 * What the hub needs of an order, in pieces. The first pages of an order's lists are small, since the shop charges a query for all
 * that it might have to answer; an order with more is read on list by list (order-lists.ts).
 */
export const MONEY = /* GraphQL */ `
  fragment Money on MoneyBag {
    shopMoney {
      amount
      currencyCode
    }
    presentmentMoney {
      amount
      currencyCode
    }
  }
`;

export const TAX = /* GraphQL */ `
  fragment Tax on TaxLine {
    title
    rate
    ratePercentage
    channelLiable
    priceSet {
      ...Money
    }
  }
`;

export const ALLOCATION = /* GraphQL */ `
  fragment Allocation on DiscountAllocation {
    allocatedAmountSet {
      ...Money
    }
    discountApplication {
      ... on DiscountCodeApplication {
        code
      }
      ... on AutomaticDiscountApplication {
        title
      }
      ... on ManualDiscountApplication {
        title
      }
      ... on ScriptDiscountApplication {
        title
      }
    }
  }
`;

export const LINE = /* GraphQL */ `
  fragment Line on LineItem {
    id
    name
    sku
    vendor
    variantTitle
    quantity
    currentQuantity
    isGiftCard
    variant {
      id
    }
    product {
      id
    }
    originalTotalSet {
      ...Money
    }
    discountAllocations {
      ...Allocation
    }
    taxLines {
      ...Tax
    }
    duties {
      id
      price {
        ...Money
      }
      taxLines {
        ...Tax
      }
    }
  }
`;

export const SHIPPING = /* GraphQL */ `
  fragment Shipping on ShippingLine {
    id
    title
    code
    isRemoved
    originalPriceSet {
      ...Money
    }
    discountedPriceSet {
      ...Money
    }
    discountAllocations {
      ...Allocation
    }
    taxLines {
      ...Tax
    }
  }
`;

export const TRANSACTION = /* GraphQL */ `
  fragment Transaction on OrderTransaction {
    id
    kind
    status
    test
    gateway
    formattedGateway
    paymentId
    createdAt
    processedAt
    amountSet {
      ...Money
    }
    parentTransaction {
      id
    }
  }
`;

export const REFUND_LINE = /* GraphQL */ `
  fragment RefundLine on RefundLineItem {
    lineItem {
      id
    }
    quantity
    restockType
    restocked
    location {
      id
    }
    subtotalSet {
      ...Money
    }
    totalTaxSet {
      ...Money
    }
  }
`;

export const REFUND_SHIPPING = /* GraphQL */ `
  fragment RefundShipping on RefundShippingLine {
    shippingLine {
      id
    }
    subtotalAmountSet {
      ...Money
    }
    taxAmountSet {
      ...Money
    }
  }
`;

export const ADJUSTMENT = /* GraphQL */ `
  fragment Adjustment on OrderAdjustment {
    reason
    amountSet {
      ...Money
    }
    taxAmountSet {
      ...Money
    }
  }
`;

export const FULFILLED_LINE = /* GraphQL */ `
  fragment FulfilledLine on FulfillmentLineItem {
    lineItem {
      id
    }
    quantity
  }
`;

export const OPEN_LINE = /* GraphQL */ `
  fragment OpenLine on FulfillmentOrderLineItem {
    id
    lineItem {
      id
    }
    remainingQuantity
  }
`;

export const PAGE_INFO = "pageInfo { hasNextPage endCursor }";

export const FULFILLMENT_ORDER_HEAD = /* GraphQL */ `
  fragment FulfillmentOrderHead on FulfillmentOrder {
    id
    status
    assignedLocation {
      name
      location {
        id
      }
    }
    fulfillmentHolds {
      reason
      displayReason
    }
  }
`;

export const ADDRESS = /* GraphQL */ `
  fragment Address on MailingAddress {
    firstName
    lastName
    company
    address1
    address2
    city
    zip
    provinceCode
    countryCodeV2
    phone
  }
`;

export const ORDER_HEAD = /* GraphQL */ `
  fragment OrderHead on Order {
    id
    name
    createdAt
    processedAt
    updatedAt
    cancelledAt
    test
    taxesIncluded
    dutiesIncluded
    currencyCode
    presentmentCurrencyCode
    displayFinancialStatus
    displayFulfillmentStatus
    email
    phone
    note
    poNumber
    tags
    customAttributes {
      key
      value
    }
    customer {
      id
      firstName
      lastName
    }
    purchasingEntity {
      ... on PurchasingCompany {
        company {
          name
        }
      }
    }
    billingAddress {
      ...Address
    }
    shippingAddress {
      ...Address
    }
    totalPriceSet {
      ...Money
    }
    currentTotalPriceSet {
      ...Money
    }
    totalTipReceivedSet {
      ...Money
    }
    totalCashRoundingAdjustment {
      paymentSet {
        ...Money
      }
    }
    taxLines {
      ...Tax
    }
    additionalFees {
      id
      name
      price {
        ...Money
      }
      taxLines {
        ...Tax
      }
    }
    risk {
      recommendation
    }
    metafields(first: 10, namespace: "stockbridge") {
      nodes {
        key
        value
      }
    }
  }
`;

export const LINE_PARTS = [LINE, ALLOCATION, TAX, MONEY].join("\n");
