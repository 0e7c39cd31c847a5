/**
 * Types of every operation's result and variables, generated from Shopify's schema 2026-07. Not written by hand: after a change
 * of operations/ run `node tools/run.mjs tools/shopify-types.ts`. Money, decimals, times and ids are text.
 */

export type BulkOperationErrorCode = "ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT";

export type BulkOperationStatus = "CANCELED" | "CANCELING" | "COMPLETED" | "CREATED" | "EXPIRED" | "FAILED" | "RUNNING";

export type BulkOperationUserErrorCode = "INVALID" | "LIMIT_REACHED" | "OPERATION_IN_PROGRESS";

export type CountPrecision = "AT_LEAST" | "EXACT";

export type CountryCode = string;

export type CurrencyCode = string;

export type FulfillmentHoldReason =
  | "AWAITING_PAYMENT"
  | "AWAITING_RETURN_ITEMS"
  | "HIGH_RISK_OF_FRAUD"
  | "INCORRECT_ADDRESS"
  | "INVENTORY_OUT_OF_STOCK"
  | "ONLINE_STORE_POST_PURCHASE_CROSS_SELL"
  | "OTHER"
  | "UNKNOWN_DELIVERY_DATE";

export type FulfillmentInput = {
  readonly lineItemsByFulfillmentOrder: ReadonlyArray<FulfillmentOrderLineItemsInput>;
  readonly notifyCustomer?: boolean | null | undefined;
  readonly originAddress?: FulfillmentOriginAddressInput | null | undefined;
  readonly trackingInfo?: FulfillmentTrackingInput | null | undefined;
};

export type FulfillmentOrderLineItemInput = {
  readonly id: string;
  readonly quantity: number;
};

export type FulfillmentOrderLineItemsInput = {
  readonly fulfillmentOrderId: string;
  readonly fulfillmentOrderLineItems?: ReadonlyArray<FulfillmentOrderLineItemInput> | null | undefined;
};

export type FulfillmentOrderStatus =
  | "CANCELLED"
  | "CLOSED"
  | "INCOMPLETE"
  | "IN_PROGRESS"
  | "ON_HOLD"
  | "OPEN"
  | "SCHEDULED";

export type FulfillmentOriginAddressInput = {
  readonly address1?: string | null | undefined;
  readonly address2?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly countryCode: string;
  readonly provinceCode?: string | null | undefined;
  readonly zip?: string | null | undefined;
};

export type FulfillmentStatus = "CANCELLED" | "ERROR" | "FAILURE" | "OPEN" | "PENDING" | "SUCCESS";

export type FulfillmentTrackingInput = {
  readonly company?: string | null | undefined;
  readonly number?: string | null | undefined;
  readonly numbers?: ReadonlyArray<string> | null | undefined;
  readonly url?: string | null | undefined;
  readonly urls?: ReadonlyArray<string> | null | undefined;
};

export type HasMetafieldsMetafieldIdentifierInput = {
  readonly key: string;
  readonly namespace?: string | null | undefined;
};

export type InventoryQuantityInput = {
  readonly changeFromQuantity?: number | null | undefined;
  readonly inventoryItemId: string;
  readonly locationId: string;
  readonly quantity: number;
};

export type InventorySetQuantitiesInput = {
  readonly name: string;
  readonly quantities: ReadonlyArray<InventoryQuantityInput>;
  readonly reason: string;
  readonly referenceDocumentUri?: string | null | undefined;
};

export type InventorySetQuantitiesUserErrorCode =
  | "CHANGE_FROM_QUANTITY_STALE"
  | "COMPARE_QUANTITY_REQUIRED"
  | "COMPARE_QUANTITY_STALE"
  | "IDEMPOTENCY_CONCURRENT_REQUEST"
  | "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
  | "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
  | "INVALID_INVENTORY_ITEM"
  | "INVALID_LOCATION"
  | "INVALID_NAME"
  | "INVALID_QUANTITY_NEGATIVE"
  | "INVALID_QUANTITY_TOO_HIGH"
  | "INVALID_QUANTITY_TOO_LOW"
  | "INVALID_REASON"
  | "INVALID_REFERENCE_DOCUMENT"
  | "ITEM_NOT_STOCKED_AT_LOCATION"
  | "NON_MUTABLE_INVENTORY_ITEM"
  | "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR";

export type MetafieldsSetInput = {
  readonly compareDigest?: string | null | undefined;
  readonly key: string;
  readonly namespace?: string | null | undefined;
  readonly ownerId: string;
  readonly type?: string | null | undefined;
  readonly value: string;
};

export type MetafieldsSetUserErrorCode =
  | "APP_NOT_AUTHORIZED"
  | "BLANK"
  | "CAPABILITY_VIOLATION"
  | "INCLUSION"
  | "INTERNAL_ERROR"
  | "INVALID"
  | "INVALID_COMPARE_DIGEST"
  | "INVALID_TYPE"
  | "INVALID_VALUE"
  | "LESS_THAN_OR_EQUAL_TO"
  | "PRESENT"
  | "STALE_OBJECT"
  | "TAKEN"
  | "TOO_LONG"
  | "TOO_SHORT";

export type OrderAdjustmentDiscrepancyReason =
  | "CUSTOMER"
  | "DAMAGE"
  | "FULL_RETURN_BALANCING_ADJUSTMENT"
  | "PENDING_REFUND_DISCREPANCY"
  | "REFUND_DISCREPANCY"
  | "RESTOCK";

export type OrderDisplayFinancialStatus =
  | "AUTHORIZED"
  | "EXPIRED"
  | "PAID"
  | "PARTIALLY_PAID"
  | "PARTIALLY_REFUNDED"
  | "PENDING"
  | "REFUNDED"
  | "VOIDED";

export type OrderDisplayFulfillmentStatus =
  | "FULFILLED"
  | "IN_PROGRESS"
  | "ON_HOLD"
  | "OPEN"
  | "PARTIALLY_FULFILLED"
  | "PENDING_FULFILLMENT"
  | "REQUEST_DECLINED"
  | "RESTOCKED"
  | "SCHEDULED"
  | "UNFULFILLED";

export type OrderRiskRecommendationResult = "ACCEPT" | "CANCEL" | "INVESTIGATE" | "NONE";

export type OrderSortKeys =
  | "CREATED_AT"
  | "CURRENT_TOTAL_PRICE"
  | "CUSTOMER_NAME"
  | "DESTINATION"
  | "FINANCIAL_STATUS"
  | "FULFILLMENT_STATUS"
  | "ID"
  | "ORDER_NUMBER"
  | "PO_NUMBER"
  | "PROCESSED_AT"
  | "RELEVANCE"
  | "TOTAL_ITEMS_QUANTITY"
  | "TOTAL_PRICE"
  | "UPDATED_AT";

export type OrderTransactionKind =
  | "AUTHORIZATION"
  | "CAPTURE"
  | "CHANGE"
  | "EMV_AUTHORIZATION"
  | "REFUND"
  | "SALE"
  | "SUGGESTED_REFUND"
  | "VOID";

export type OrderTransactionStatus = "AWAITING_RESPONSE" | "ERROR" | "FAILURE" | "PENDING" | "SUCCESS" | "UNKNOWN";

export type ProductStatus = "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";

export type ProductVariantInventoryPolicy = "CONTINUE" | "DENY";

export type RefundLineItemRestockType = "CANCEL" | "LEGACY_RESTOCK" | "NO_RESTOCK" | "RETURN";

export type WebhookSubscriptionFormat = "JSON" | "XML";

export type WebhookSubscriptionInput = {
  readonly filter?: string | null | undefined;
  readonly format?: WebhookSubscriptionFormat | null | undefined;
  readonly includeFields?: ReadonlyArray<string> | null | undefined;
  readonly metafieldNamespaces?: ReadonlyArray<string> | null | undefined;
  readonly metafields?: ReadonlyArray<HasMetafieldsMetafieldIdentifierInput> | null | undefined;
  readonly name?: string | null | undefined;
  readonly uri?: string | null | undefined;
};

export type WebhookSubscriptionTopic =
  | "APP_PURCHASES_ONE_TIME_UPDATE"
  | "APP_SCOPES_UPDATE"
  | "APP_SUBSCRIPTIONS_APPROACHING_CAPPED_AMOUNT"
  | "APP_SUBSCRIPTIONS_UPDATE"
  | "APP_UNINSTALLED"
  | "AUDIT_EVENTS_ADMIN_API_ACTIVITY"
  | "BULK_OPERATIONS_FINISH"
  | "CARTS_CREATE"
  | "CARTS_UPDATE"
  | "CHANNELS_DELETE"
  | "CHECKOUTS_CREATE"
  | "CHECKOUTS_DELETE"
  | "CHECKOUTS_UPDATE"
  | "COLLECTIONS_CREATE"
  | "COLLECTIONS_DELETE"
  | "COLLECTIONS_UPDATE"
  | "COLLECTION_LISTINGS_ADD"
  | "COLLECTION_LISTINGS_REMOVE"
  | "COLLECTION_LISTINGS_UPDATE"
  | "COLLECTION_PUBLICATIONS_CREATE"
  | "COLLECTION_PUBLICATIONS_DELETE"
  | "COLLECTION_PUBLICATIONS_UPDATE"
  | "COMPANIES_CREATE"
  | "COMPANIES_DELETE"
  | "COMPANIES_UPDATE"
  | "COMPANY_CONTACTS_CREATE"
  | "COMPANY_CONTACTS_DELETE"
  | "COMPANY_CONTACTS_UPDATE"
  | "COMPANY_CONTACT_ROLES_ASSIGN"
  | "COMPANY_CONTACT_ROLES_REVOKE"
  | "COMPANY_LOCATIONS_CREATE"
  | "COMPANY_LOCATIONS_DELETE"
  | "COMPANY_LOCATIONS_UPDATE"
  | "CUSTOMERS_CREATE"
  | "CUSTOMERS_DELETE"
  | "CUSTOMERS_DISABLE"
  | "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE"
  | "CUSTOMERS_ENABLE"
  | "CUSTOMERS_MARKETING_CONSENT_UPDATE"
  | "CUSTOMERS_MERGE"
  | "CUSTOMERS_PURCHASING_SUMMARY"
  | "CUSTOMERS_UPDATE"
  | "CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE"
  | "CUSTOMER_ACCOUNT_SETTINGS_UPDATE"
  | "CUSTOMER_GROUPS_CREATE"
  | "CUSTOMER_GROUPS_DELETE"
  | "CUSTOMER_GROUPS_UPDATE"
  | "CUSTOMER_JOINED_SEGMENT"
  | "CUSTOMER_LEFT_SEGMENT"
  | "CUSTOMER_PAYMENT_METHODS_CREATE"
  | "CUSTOMER_PAYMENT_METHODS_REVOKE"
  | "CUSTOMER_PAYMENT_METHODS_UPDATE"
  | "CUSTOMER_TAGS_ADDED"
  | "CUSTOMER_TAGS_REMOVED"
  | "DELIVERY_PROMISE_SETTINGS_UPDATE"
  | "DISCOUNTS_CREATE"
  | "DISCOUNTS_DELETE"
  | "DISCOUNTS_REDEEMCODE_ADDED"
  | "DISCOUNTS_REDEEMCODE_REMOVED"
  | "DISCOUNTS_UPDATE"
  | "DISPUTES_CREATE"
  | "DISPUTES_UPDATE"
  | "DOMAINS_CREATE"
  | "DOMAINS_DESTROY"
  | "DOMAINS_UPDATE"
  | "DRAFT_ORDERS_CREATE"
  | "DRAFT_ORDERS_DELETE"
  | "DRAFT_ORDERS_UPDATE"
  | "FINANCE_APP_STAFF_MEMBER_DELETE"
  | "FINANCE_APP_STAFF_MEMBER_GRANT"
  | "FINANCE_APP_STAFF_MEMBER_REVOKE"
  | "FINANCE_APP_STAFF_MEMBER_UPDATE"
  | "FINANCE_KYC_INFORMATION_UPDATE"
  | "FULFILLMENTS_CREATE"
  | "FULFILLMENTS_UPDATE"
  | "FULFILLMENT_EVENTS_CREATE"
  | "FULFILLMENT_EVENTS_DELETE"
  | "FULFILLMENT_HOLDS_ADDED"
  | "FULFILLMENT_HOLDS_RELEASED"
  | "FULFILLMENT_ORDERS_CANCELLATION_REQUEST_ACCEPTED"
  | "FULFILLMENT_ORDERS_CANCELLATION_REQUEST_REJECTED"
  | "FULFILLMENT_ORDERS_CANCELLATION_REQUEST_SUBMITTED"
  | "FULFILLMENT_ORDERS_CANCELLED"
  | "FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_ACCEPTED"
  | "FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_REJECTED"
  | "FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_SUBMITTED"
  | "FULFILLMENT_ORDERS_FULFILLMENT_SERVICE_FAILED_TO_COMPLETE"
  | "FULFILLMENT_ORDERS_HOLD_RELEASED"
  | "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_LOCAL_DELIVERY"
  | "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP"
  | "FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED"
  | "FULFILLMENT_ORDERS_MERGED"
  | "FULFILLMENT_ORDERS_MOVED"
  | "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE"
  | "FULFILLMENT_ORDERS_PLACED_ON_HOLD"
  | "FULFILLMENT_ORDERS_PROGRESS_REPORTED"
  | "FULFILLMENT_ORDERS_RESCHEDULED"
  | "FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY"
  | "FULFILLMENT_ORDERS_SPLIT"
  | "INVENTORY_ITEMS_CREATE"
  | "INVENTORY_ITEMS_DELETE"
  | "INVENTORY_ITEMS_UPDATE"
  | "INVENTORY_LEVELS_CONNECT"
  | "INVENTORY_LEVELS_DISCONNECT"
  | "INVENTORY_LEVELS_UPDATE"
  | "INVENTORY_SHIPMENTS_ADD_ITEMS"
  | "INVENTORY_SHIPMENTS_CREATE"
  | "INVENTORY_SHIPMENTS_DELETE"
  | "INVENTORY_SHIPMENTS_MARK_IN_TRANSIT"
  | "INVENTORY_SHIPMENTS_RECEIVE_ITEMS"
  | "INVENTORY_SHIPMENTS_REMOVE_ITEMS"
  | "INVENTORY_SHIPMENTS_UPDATE_ITEM_QUANTITIES"
  | "INVENTORY_SHIPMENTS_UPDATE_TRACKING"
  | "INVENTORY_TRANSFERS_ADD_ITEMS"
  | "INVENTORY_TRANSFERS_CANCEL"
  | "INVENTORY_TRANSFERS_COMPLETE"
  | "INVENTORY_TRANSFERS_READY_TO_SHIP"
  | "INVENTORY_TRANSFERS_REMOVE_ITEMS"
  | "INVENTORY_TRANSFERS_UPDATED"
  | "INVENTORY_TRANSFERS_UPDATE_ITEM_QUANTITIES"
  | "LOCALES_CREATE"
  | "LOCALES_DESTROY"
  | "LOCALES_UPDATE"
  | "LOCATIONS_ACTIVATE"
  | "LOCATIONS_CREATE"
  | "LOCATIONS_DEACTIVATE"
  | "LOCATIONS_DELETE"
  | "LOCATIONS_UPDATE"
  | "MARKETS_BACKUP_REGION_UPDATE"
  | "MARKETS_CREATE"
  | "MARKETS_DELETE"
  | "MARKETS_UPDATE"
  | "METAFIELD_DEFINITIONS_CREATE"
  | "METAFIELD_DEFINITIONS_DELETE"
  | "METAFIELD_DEFINITIONS_UPDATE"
  | "METAOBJECTS_CREATE"
  | "METAOBJECTS_DELETE"
  | "METAOBJECTS_UPDATE"
  | "ORDERS_CANCELLED"
  | "ORDERS_CREATE"
  | "ORDERS_DELETE"
  | "ORDERS_EDITED"
  | "ORDERS_FULFILLED"
  | "ORDERS_LINK_REQUESTED"
  | "ORDERS_PAID"
  | "ORDERS_PARTIALLY_FULFILLED"
  | "ORDERS_RISK_ASSESSMENT_CHANGED"
  | "ORDERS_SHOPIFY_PROTECT_ELIGIBILITY_CHANGED"
  | "ORDERS_UPDATED"
  | "ORDER_TRANSACTIONS_CREATE"
  | "PAYMENT_SCHEDULES_DUE"
  | "PAYMENT_TERMS_CREATE"
  | "PAYMENT_TERMS_DELETE"
  | "PAYMENT_TERMS_UPDATE"
  | "PRODUCTS_CREATE"
  | "PRODUCTS_DELETE"
  | "PRODUCTS_UPDATE"
  | "PRODUCT_FEEDS_CREATE"
  | "PRODUCT_FEEDS_FULL_SYNC"
  | "PRODUCT_FEEDS_FULL_SYNC_FINISH"
  | "PRODUCT_FEEDS_INCREMENTAL_SYNC"
  | "PRODUCT_FEEDS_UPDATE"
  | "PRODUCT_LISTINGS_ADD"
  | "PRODUCT_LISTINGS_REMOVE"
  | "PRODUCT_LISTINGS_UPDATE"
  | "PRODUCT_PUBLICATIONS_CREATE"
  | "PRODUCT_PUBLICATIONS_DELETE"
  | "PRODUCT_PUBLICATIONS_UPDATE"
  | "PROFILES_CREATE"
  | "PROFILES_DELETE"
  | "PROFILES_UPDATE"
  | "REFUNDS_CREATE"
  | "RETURNS_APPROVE"
  | "RETURNS_CANCEL"
  | "RETURNS_CLOSE"
  | "RETURNS_DECLINE"
  | "RETURNS_PROCESS"
  | "RETURNS_REOPEN"
  | "RETURNS_REQUEST"
  | "RETURNS_UPDATE"
  | "REVERSE_DELIVERIES_ATTACH_DELIVERABLE"
  | "REVERSE_FULFILLMENT_ORDERS_DISPOSE"
  | "SCHEDULED_PRODUCT_LISTINGS_ADD"
  | "SCHEDULED_PRODUCT_LISTINGS_REMOVE"
  | "SCHEDULED_PRODUCT_LISTINGS_UPDATE"
  | "SEGMENTS_CREATE"
  | "SEGMENTS_DELETE"
  | "SEGMENTS_UPDATE"
  | "SELLING_PLAN_GROUPS_CREATE"
  | "SELLING_PLAN_GROUPS_DELETE"
  | "SELLING_PLAN_GROUPS_UPDATE"
  | "SHIPPING_ADDRESSES_CREATE"
  | "SHIPPING_ADDRESSES_UPDATE"
  | "SHOP_UPDATE"
  | "SUBSCRIPTION_BILLING_ATTEMPTS_CHALLENGED"
  | "SUBSCRIPTION_BILLING_ATTEMPTS_FAILURE"
  | "SUBSCRIPTION_BILLING_ATTEMPTS_SUCCESS"
  | "SUBSCRIPTION_BILLING_CYCLES_SKIP"
  | "SUBSCRIPTION_BILLING_CYCLES_UNSKIP"
  | "SUBSCRIPTION_BILLING_CYCLE_EDITS_CREATE"
  | "SUBSCRIPTION_BILLING_CYCLE_EDITS_DELETE"
  | "SUBSCRIPTION_BILLING_CYCLE_EDITS_UPDATE"
  | "SUBSCRIPTION_CONTRACTS_ACTIVATE"
  | "SUBSCRIPTION_CONTRACTS_CANCEL"
  | "SUBSCRIPTION_CONTRACTS_CREATE"
  | "SUBSCRIPTION_CONTRACTS_EXPIRE"
  | "SUBSCRIPTION_CONTRACTS_FAIL"
  | "SUBSCRIPTION_CONTRACTS_PAUSE"
  | "SUBSCRIPTION_CONTRACTS_UPDATE"
  | "TAX_SERVICES_CREATE"
  | "TAX_SERVICES_UPDATE"
  | "TENDER_TRANSACTIONS_CREATE"
  | "THEMES_CREATE"
  | "THEMES_DELETE"
  | "THEMES_PUBLISH"
  | "THEMES_UPDATE"
  | "VARIANTS_IN_STOCK"
  | "VARIANTS_OUT_OF_STOCK";

export type BulkByIdQueryVariables = {
  id: string;
};

export type BulkByIdQuery = {
  readonly bulkOperation: {
    readonly id: string;
    readonly status: BulkOperationStatus;
    readonly errorCode: BulkOperationErrorCode | null;
    readonly createdAt: string;
    readonly rootObjectCount: string;
    readonly url: string | null;
  } | null;
};

export type CatalogBulkQueryVariables = Record<string, never>;

export type CatalogBulkQuery = {
  readonly productVariants: {
    readonly edges: ReadonlyArray<{
      readonly node: {
        readonly id: string;
        readonly title: string;
        readonly sku: string | null;
        readonly barcode: string | null;
        readonly inventoryPolicy: ProductVariantInventoryPolicy;
        readonly updatedAt: string;
        readonly product: { readonly id: string; readonly title: string; readonly status: ProductStatus };
        readonly inventoryItem: {
          readonly id: string;
          readonly tracked: boolean;
          readonly inventoryLevels: {
            readonly edges: ReadonlyArray<{
              readonly node: {
                readonly id: string;
                readonly updatedAt: string;
                readonly location: { readonly id: string; readonly name: string };
                readonly quantities: ReadonlyArray<{ readonly name: string; readonly quantity: number }>;
              };
            }>;
          };
        };
      };
    }>;
  };
};

export type RunBulkMutationVariables = {
  query: string;
};

export type RunBulkMutation = {
  readonly bulkOperationRunQuery: {
    readonly bulkOperation: { readonly id: string; readonly status: BulkOperationStatus } | null;
    readonly userErrors: ReadonlyArray<{
      readonly field: ReadonlyArray<string> | null;
      readonly message: string;
      readonly code: BulkOperationUserErrorCode | null;
    }>;
  } | null;
};

export type CreateFulfillmentMutationVariables = {
  fulfillment: FulfillmentInput;
};

export type CreateFulfillmentMutation = {
  readonly fulfillmentCreate: {
    readonly fulfillment: { readonly id: string; readonly status: FulfillmentStatus } | null;
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
};

export type LocationCountQueryVariables = {
  limit: number;
};

export type LocationCountQuery = { readonly locationsCount: { readonly count: number } | null };

export type LocationsQueryVariables = {
  first: number;
  after?: string | null | undefined;
};

export type LocationsQuery = {
  readonly locations: {
    readonly nodes: ReadonlyArray<{ readonly id: string; readonly name: string; readonly isActive: boolean }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type OrdersInUseQueryVariables = {
  first: number;
  shippingLines: number;
  transactions: number;
};

export type OrdersInUseQuery = {
  readonly orders: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly taxLines: ReadonlyArray<{
        readonly title: string;
        readonly ratePercentage: number | null;
        readonly channelLiable: boolean | null;
      }>;
      readonly shippingLines: {
        readonly nodes: ReadonlyArray<{
          readonly taxLines: ReadonlyArray<{
            readonly title: string;
            readonly ratePercentage: number | null;
            readonly channelLiable: boolean | null;
          }>;
        }>;
      };
      readonly transactions: ReadonlyArray<{
        readonly gateway: string | null;
        readonly formattedGateway: string | null;
      }>;
    }>;
  };
};

export type SetMarksMutationVariables = {
  metafields: ReadonlyArray<MetafieldsSetInput> | MetafieldsSetInput;
};

export type SetMarksMutation = {
  readonly metafieldsSet: {
    readonly metafields: ReadonlyArray<{ readonly id: string }> | null;
    readonly userErrors: ReadonlyArray<{
      readonly code: MetafieldsSetUserErrorCode | null;
      readonly elementIndex: number | null;
      readonly field: ReadonlyArray<string> | null;
      readonly message: string;
    }>;
  } | null;
};

export type SetTagMutationVariables = {
  id: string;
  add: ReadonlyArray<string> | string;
  remove: ReadonlyArray<string> | string;
};

export type SetTagMutation = {
  readonly tagsRemove: {
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
  readonly tagsAdd: {
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
};

export type FulfillmentLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type FulfillmentLinesQuery = {
  readonly fulfillment: {
    readonly fulfillmentLineItems: {
      readonly nodes: ReadonlyArray<FulfilledLineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type FulfilledLineFragment = { readonly quantity: number | null; readonly lineItem: { readonly id: string } };

export type FulfillmentOrderLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type FulfillmentOrderLinesQuery = {
  readonly fulfillmentOrder: {
    readonly lineItems: {
      readonly nodes: ReadonlyArray<OpenLineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type OpenLineFragment = {
  readonly id: string;
  readonly remainingQuantity: number;
  readonly lineItem: { readonly id: string };
};

export type OrderFulfillmentOrdersQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type OrderFulfillmentOrdersQuery = {
  readonly order: {
    readonly fulfillmentOrders: {
      readonly nodes: ReadonlyArray<
        {
          readonly lineItems: {
            readonly nodes: ReadonlyArray<OpenLineFragment>;
            readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
          };
        } & FulfillmentOrderHeadFragment
      >;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type FulfillmentOrderHeadFragment = {
  readonly id: string;
  readonly status: FulfillmentOrderStatus;
  readonly assignedLocation: { readonly name: string; readonly location: { readonly id: string } | null };
  readonly fulfillmentHolds: ReadonlyArray<{ readonly reason: FulfillmentHoldReason; readonly displayReason: string }>;
};

export type OrderLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type OrderLinesQuery = {
  readonly order: {
    readonly lineItems: {
      readonly nodes: ReadonlyArray<LineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type LineFragment = {
  readonly id: string;
  readonly name: string;
  readonly sku: string | null;
  readonly vendor: string | null;
  readonly variantTitle: string | null;
  readonly quantity: number;
  readonly currentQuantity: number;
  readonly isGiftCard: boolean;
  readonly variant: { readonly id: string } | null;
  readonly product: { readonly id: string } | null;
  readonly originalTotalSet: MoneyFragment;
  readonly discountAllocations: ReadonlyArray<AllocationFragment>;
  readonly taxLines: ReadonlyArray<TaxFragment>;
  readonly duties: ReadonlyArray<{
    readonly id: string;
    readonly price: MoneyFragment;
    readonly taxLines: ReadonlyArray<TaxFragment>;
  }>;
};

export type AllocationFragment = {
  readonly allocatedAmountSet: MoneyFragment;
  readonly discountApplication:
    | { readonly title: string }
    | { readonly code: string }
    | { readonly title: string }
    | { readonly title: string };
};

export type TaxFragment = {
  readonly title: string;
  readonly rate: number | null;
  readonly ratePercentage: number | null;
  readonly channelLiable: boolean | null;
  readonly priceSet: MoneyFragment;
};

export type MoneyFragment = {
  readonly shopMoney: { readonly amount: string; readonly currencyCode: CurrencyCode };
  readonly presentmentMoney: { readonly amount: string; readonly currencyCode: CurrencyCode };
};

export type OrderShippingLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type OrderShippingLinesQuery = {
  readonly order: {
    readonly shippingLines: {
      readonly nodes: ReadonlyArray<ShippingFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type ShippingFragment = {
  readonly id: string | null;
  readonly title: string;
  readonly code: string | null;
  readonly isRemoved: boolean;
  readonly originalPriceSet: MoneyFragment;
  readonly discountedPriceSet: MoneyFragment;
  readonly discountAllocations: ReadonlyArray<AllocationFragment>;
  readonly taxLines: ReadonlyArray<TaxFragment>;
};

export type RefundAdjustmentsQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type RefundAdjustmentsQuery = {
  readonly refund: {
    readonly orderAdjustments: {
      readonly nodes: ReadonlyArray<AdjustmentFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type AdjustmentFragment = {
  readonly reason: OrderAdjustmentDiscrepancyReason | null;
  readonly amountSet: MoneyFragment;
  readonly taxAmountSet: MoneyFragment;
};

export type RefundLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type RefundLinesQuery = {
  readonly refund: {
    readonly refundLineItems: {
      readonly nodes: ReadonlyArray<RefundLineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type RefundLineFragment = {
  readonly quantity: number;
  readonly restockType: RefundLineItemRestockType;
  readonly restocked: boolean;
  readonly lineItem: { readonly id: string };
  readonly location: { readonly id: string } | null;
  readonly subtotalSet: MoneyFragment;
  readonly totalTaxSet: MoneyFragment;
};

export type RefundShippingLinesQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type RefundShippingLinesQuery = {
  readonly refund: {
    readonly refundShippingLines: {
      readonly nodes: ReadonlyArray<RefundShippingFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type RefundShippingFragment = {
  readonly shippingLine: { readonly id: string | null };
  readonly subtotalAmountSet: MoneyFragment;
  readonly taxAmountSet: MoneyFragment;
};

export type RefundTransactionsQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type RefundTransactionsQuery = {
  readonly refund: {
    readonly transactions: {
      readonly nodes: ReadonlyArray<TransactionFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type TransactionFragment = {
  readonly id: string;
  readonly kind: OrderTransactionKind;
  readonly status: OrderTransactionStatus;
  readonly test: boolean;
  readonly gateway: string | null;
  readonly formattedGateway: string | null;
  readonly paymentId: string | null;
  readonly createdAt: string;
  readonly processedAt: string | null;
  readonly amountSet: MoneyFragment;
  readonly parentTransaction: { readonly id: string } | null;
};

export type OrdersByIdQueryVariables = {
  ids: ReadonlyArray<string> | string;
  lines: number;
};

export type OrdersByIdQuery = { readonly nodes: ReadonlyArray<WholeOrderFragment | Record<PropertyKey, never> | null> };

export type WholeOrderFragment = {
  readonly lineItems: {
    readonly nodes: ReadonlyArray<LineFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
  readonly shippingLines: {
    readonly nodes: ReadonlyArray<ShippingFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
  readonly transactions: ReadonlyArray<TransactionFragment>;
  readonly refunds: ReadonlyArray<{
    readonly id: string;
    readonly createdAt: string | null;
    readonly processedAt: string;
    readonly note: string | null;
    readonly refundLineItems: {
      readonly nodes: ReadonlyArray<RefundLineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
    readonly refundShippingLines: {
      readonly nodes: ReadonlyArray<RefundShippingFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
    readonly orderAdjustments: {
      readonly nodes: ReadonlyArray<AdjustmentFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
    readonly duties: ReadonlyArray<{
      readonly amountSet: MoneyFragment;
      readonly originalDuty: { readonly id: string } | null;
    }> | null;
    readonly transactions: {
      readonly nodes: ReadonlyArray<TransactionFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  }>;
  readonly fulfillments: ReadonlyArray<{
    readonly id: string;
    readonly status: FulfillmentStatus;
    readonly createdAt: string;
    readonly location: { readonly id: string } | null;
    readonly trackingInfo: ReadonlyArray<{
      readonly company: string | null;
      readonly number: string | null;
      readonly url: string | null;
    }>;
    readonly fulfillmentLineItems: {
      readonly nodes: ReadonlyArray<FulfilledLineFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  }>;
  readonly fulfillmentOrders: {
    readonly nodes: ReadonlyArray<
      {
        readonly lineItems: {
          readonly nodes: ReadonlyArray<OpenLineFragment>;
          readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        };
      } & FulfillmentOrderHeadFragment
    >;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
} & OrderHeadFragment;

export type OrderHeadFragment = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly processedAt: string;
  readonly updatedAt: string;
  readonly cancelledAt: string | null;
  readonly test: boolean;
  readonly taxesIncluded: boolean;
  readonly dutiesIncluded: boolean;
  readonly currencyCode: CurrencyCode;
  readonly presentmentCurrencyCode: CurrencyCode;
  readonly displayFinancialStatus: OrderDisplayFinancialStatus | null;
  readonly displayFulfillmentStatus: OrderDisplayFulfillmentStatus;
  readonly email: string | null;
  readonly phone: string | null;
  readonly note: string | null;
  readonly poNumber: string | null;
  readonly tags: ReadonlyArray<string>;
  readonly customAttributes: ReadonlyArray<{ readonly key: string; readonly value: string | null }>;
  readonly customer: {
    readonly id: string;
    readonly firstName: string | null;
    readonly lastName: string | null;
  } | null;
  readonly purchasingEntity: { readonly company: { readonly name: string } } | Record<PropertyKey, never> | null;
  readonly billingAddress: AddressFragment | null;
  readonly shippingAddress: AddressFragment | null;
  readonly totalPriceSet: MoneyFragment;
  readonly currentTotalPriceSet: MoneyFragment;
  readonly totalTipReceivedSet: MoneyFragment;
  readonly totalCashRoundingAdjustment: { readonly paymentSet: MoneyFragment };
  readonly taxLines: ReadonlyArray<TaxFragment>;
  readonly additionalFees: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly price: MoneyFragment;
    readonly taxLines: ReadonlyArray<TaxFragment>;
  }>;
  readonly risk: { readonly recommendation: OrderRiskRecommendationResult };
  readonly metafields: { readonly nodes: ReadonlyArray<{ readonly key: string; readonly value: string }> };
};

export type AddressFragment = {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly company: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly city: string | null;
  readonly zip: string | null;
  readonly provinceCode: string | null;
  readonly countryCodeV2: CountryCode | null;
  readonly phone: string | null;
};

export type OrdersPageQueryVariables = {
  first: number;
  after?: string | null | undefined;
  query: string;
  sortKey: OrderSortKeys;
  lines: number;
};

export type OrdersPageQuery = {
  readonly orders: {
    readonly nodes: ReadonlyArray<WholeOrderFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type ShopScopesQueryVariables = Record<string, never>;

export type ShopScopesQuery = {
  readonly currentAppInstallation: { readonly accessScopes: ReadonlyArray<{ readonly handle: string }> };
};

export type ShopSelfQueryVariables = Record<string, never>;

export type ShopSelfQuery = {
  readonly shop: {
    readonly id: string;
    readonly name: string;
    readonly myshopifyDomain: string;
    readonly currencyCode: CurrencyCode;
    readonly ianaTimezone: string;
    readonly taxesIncluded: boolean;
    readonly plan: { readonly publicDisplayName: string; readonly partnerDevelopment: boolean };
  };
};

export type ActivateInventoryMutationVariables = {
  item: string;
  location: string;
  available: number;
  key: string;
};

export type ActivateInventoryMutation = {
  readonly inventoryActivate: {
    readonly inventoryLevel: LevelFieldsFragment | null;
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
};

export type LevelFieldsFragment = {
  readonly id: string;
  readonly updatedAt: string;
  readonly location: { readonly id: string; readonly name: string };
  readonly quantities: ReadonlyArray<{ readonly name: string; readonly quantity: number }>;
};

export type LevelAtQueryVariables = {
  item: string;
  location: string;
};

export type LevelAtQuery = {
  readonly inventoryItem: { readonly id: string; readonly inventoryLevel: LevelFieldsFragment | null } | null;
  readonly location: { readonly id: string; readonly isActive: boolean } | null;
};

export type SetQuantitiesMutationVariables = {
  input: InventorySetQuantitiesInput;
  key: string;
};

export type SetQuantitiesMutation = {
  readonly inventorySetQuantities: {
    readonly inventoryAdjustmentGroup: {
      readonly id: string;
      readonly createdAt: string;
      readonly changes: ReadonlyArray<{
        readonly name: string;
        readonly quantityAfterChange: number | null;
        readonly item: { readonly id: string } | null;
        readonly location: { readonly id: string; readonly name: string } | null;
      }>;
    } | null;
    readonly userErrors: ReadonlyArray<{
      readonly field: ReadonlyArray<string> | null;
      readonly message: string;
      readonly code: InventorySetQuantitiesUserErrorCode | null;
    }>;
  } | null;
};

export type ItemLevelsQueryVariables = {
  id: string;
  first: number;
  after?: string | null | undefined;
};

export type ItemLevelsQuery = {
  readonly inventoryItem: {
    readonly id: string;
    readonly inventoryLevels: {
      readonly nodes: ReadonlyArray<LevelFieldsFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
};

export type SkuPageQueryVariables = {
  first: number;
  after?: string | null | undefined;
  query: string;
};

export type SkuPageQuery = {
  readonly productVariants: {
    readonly nodes: ReadonlyArray<{ readonly id: string; readonly sku: string | null }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type VariantCountQueryVariables = {
  limit: number;
};

export type VariantCountQuery = {
  readonly productVariantsCount: { readonly count: number; readonly precision: CountPrecision } | null;
};

export type VariantPageQueryVariables = {
  first: number;
  after?: string | null | undefined;
  query?: string | null | undefined;
  levels: number;
};

export type VariantPageQuery = {
  readonly productVariants: {
    readonly nodes: ReadonlyArray<VariantFieldsFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type VariantFieldsFragment = {
  readonly id: string;
  readonly title: string;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly inventoryPolicy: ProductVariantInventoryPolicy;
  readonly updatedAt: string;
  readonly product: { readonly id: string; readonly title: string; readonly status: ProductStatus };
  readonly inventoryItem: {
    readonly id: string;
    readonly tracked: boolean;
    readonly inventoryLevels: {
      readonly nodes: ReadonlyArray<LevelFieldsFragment>;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
};

export type VariantsByIdQueryVariables = {
  ids: ReadonlyArray<string> | string;
  levels: number;
};

export type VariantsByIdQuery = {
  readonly nodes: ReadonlyArray<
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | ({ readonly id: string } & VariantFieldsFragment)
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | null
  >;
};

export type CreateWebhookMutationVariables = {
  topic: WebhookSubscriptionTopic;
  webhook: WebhookSubscriptionInput;
};

export type CreateWebhookMutation = {
  readonly webhookSubscriptionCreate: {
    readonly webhookSubscription: { readonly id: string } | null;
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
};

export type UpdateWebhookMutationVariables = {
  id: string;
  webhook: WebhookSubscriptionInput;
};

export type UpdateWebhookMutation = {
  readonly webhookSubscriptionUpdate: {
    readonly webhookSubscription: { readonly id: string } | null;
    readonly userErrors: ReadonlyArray<{ readonly field: ReadonlyArray<string> | null; readonly message: string }>;
  } | null;
};

export type WebhooksQueryVariables = {
  first: number;
  after?: string | null | undefined;
};

export type WebhooksQuery = {
  readonly webhookSubscriptions: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly topic: WebhookSubscriptionTopic;
      readonly uri: string;
      readonly format: WebhookSubscriptionFormat;
      readonly includeFields: ReadonlyArray<string>;
    }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};
