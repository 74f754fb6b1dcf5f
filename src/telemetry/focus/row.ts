/**
 * One line of the FinOps Open Cost and Usage Specification 1.3, dataset Cost and Usage. `null` stands for "not
 * applicable". Money and quantities are decimal text, because they are exact and a floating point number is not.
 * Columns that begin with `x_` are ours. https://focus.finops.org
 */
export type FocusRow = {
  readonly BilledCost: string;
  readonly BillingAccountId: string;
  readonly BillingAccountName: string;
  readonly BillingCurrency: "USD";
  readonly BillingPeriodEnd: string;
  readonly BillingPeriodStart: string;
  readonly ChargeCategory: "Usage";
  readonly ChargeClass: null;
  readonly ChargeDescription: string;
  readonly ChargeFrequency: "Usage-Based";
  readonly ChargePeriodEnd: string;
  readonly ChargePeriodStart: string;
  readonly ConsumedQuantity: string;
  readonly ConsumedUnit: FocusUnit;
  readonly ContractedCost: string;
  readonly ContractedUnitPrice: string;
  readonly EffectiveCost: string;
  readonly HostProviderName: string;
  readonly InvoiceIssuerName: string;
  readonly ListCost: string;
  readonly ListUnitPrice: string;
  readonly PricingCategory: "Standard";
  readonly PricingCurrency: "USD";
  readonly PricingQuantity: string;
  readonly PricingUnit: FocusUnit;
  /** Deprecated in 1.3 but still mandatory there. */
  readonly ProviderName: string;
  /** Deprecated in 1.3 but still mandatory there. */
  readonly PublisherName: string;
  readonly ResourceId: string | null;
  readonly ResourceName: string | null;
  readonly ResourceType: "GPU" | null;
  readonly ServiceCategory: "AI and Machine Learning";
  readonly ServiceName: string;
  readonly ServiceProviderName: string;
  readonly ServiceSubcategory: "Generative AI";
  readonly SkuId: string;
  readonly SkuPriceId: string;
  readonly Tags: string | null;
  readonly AllocatedMethodId: string | null;
  readonly AllocatedMethodDetails: string | null;
  readonly AllocatedResourceId: string | null;
  readonly AllocatedResourceName: string | null;
  readonly AllocatedTags: string | null;
  readonly x_Model: string | null;
  readonly x_Team: string | null;
  readonly x_Tenant: string | null;
  readonly x_Host: string | null;
  readonly x_GpuModel: string | null;
  readonly x_InputTokens: string;
  readonly x_CacheReadTokens: string;
  readonly x_OutputTokens: string;
  readonly x_Requests: string;
  readonly x_GpuHours: string;
  readonly x_EnergyJoules: string;
  readonly x_UsedCost: string;
  readonly x_IdleCost: string;
  readonly x_GpuQuality: string | null;
  readonly x_TokenQuality: string | null;
};

/** Tokens where tokens ran; GPU time where a GPU was held and no token can be charged for it. */
export type FocusUnit = "Tokens" | "GPU-Hours";
