import { compareText } from "../cost/order.ts";
import { HOUR_MS } from "../cost/pool.ts";
import { allocationOf } from "./allocation.ts";
import type { Charge } from "./charges.ts";
import { decimalText, nanoUsdText, unitPriceText } from "./decimal.ts";
import type { FocusRow, FocusUnit } from "./row.ts";

/** Who runs the GPUs; everything is charged to one account, because the fleet is one's own. */
const ACCOUNT = { id: "ca3", name: "GPU fleet", provider: "Self-hosted" } as const;

/** A charge as a row of FOCUS 1.3. */
export function focusRow(charge: Charge): FocusRow {
  const { gpuHour } = charge;
  const nanoUsd = charge.usedNanoUsd + charge.idleNanoUsd;
  const cost = nanoUsdText(nanoUsd);
  const amount = quantityOf(charge, nanoUsd);
  const card = gpuHour?.gpuModel ?? "none";
  return {
    BilledCost: cost,
    BillingAccountId: ACCOUNT.id,
    BillingAccountName: ACCOUNT.name,
    BillingCurrency: "USD",
    BillingPeriodEnd: monthStart(charge.hourMs, 1),
    BillingPeriodStart: monthStart(charge.hourMs, 0),
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: describe(charge),
    ChargeFrequency: "Usage-Based",
    ChargePeriodEnd: instant(charge.hourMs + HOUR_MS),
    ChargePeriodStart: instant(charge.hourMs),
    ConsumedQuantity: amount.quantity,
    ConsumedUnit: amount.unit,
    ContractedCost: cost,
    ContractedUnitPrice: amount.price,
    EffectiveCost: cost,
    HostProviderName: ACCOUNT.provider,
    InvoiceIssuerName: ACCOUNT.provider,
    ListCost: cost,
    ListUnitPrice: amount.price,
    PricingCategory: "Standard",
    PricingCurrency: "USD",
    PricingQuantity: amount.quantity,
    PricingUnit: amount.unit,
    ProviderName: ACCOUNT.provider,
    PublisherName: ACCOUNT.provider,
    ResourceId: gpuHour?.gpu ?? null,
    ResourceName: gpuHour ? `${gpuHour.gpuModel} on ${gpuHour.host}` : null,
    ResourceType: gpuHour ? "GPU" : null,
    ServiceCategory: "AI and Machine Learning",
    ServiceName: "GPU inference",
    ServiceProviderName: ACCOUNT.provider,
    ServiceSubcategory: "Generative AI",
    SkuId: card,
    SkuPriceId: `${card}/${amount.unit}`,
    Tags: null,
    ...allocationOf(charge, nanoUsd),
    x_Model: charge.model || null,
    x_Team: charge.team || null,
    x_Tenant: charge.tenant || null,
    x_Host: gpuHour?.host ?? null,
    x_GpuModel: gpuHour?.gpuModel ?? null,
    x_InputTokens: String(charge.inputTokens),
    x_CacheReadTokens: String(charge.cacheReadTokens),
    x_OutputTokens: String(charge.outputTokens),
    x_Requests: String(charge.requests),
    x_GpuHours: decimalText(billionthHours(charge.heldMs), 9),
    x_EnergyJoules: decimalText(charge.energyMilliJ, 3),
    x_UsedCost: nanoUsdText(charge.usedNanoUsd),
    x_IdleCost: nanoUsdText(charge.idleNanoUsd),
    x_GpuQuality: words(gpuHour?.qualities ?? []),
    x_TokenQuality: words(charge.tokenQualities),
  };
}

type Amount = { readonly quantity: string; readonly unit: FocusUnit; readonly price: string };

/** Tokens, at what one of them cost; where there are none, GPU time at what an hour of it cost. */
function quantityOf(charge: Charge, nanoUsd: number): Amount {
  const tokens = charge.inputTokens + charge.outputTokens;
  if (tokens > 0)
    return { quantity: String(tokens), unit: "Tokens", price: unitPriceText(nanoUsd, tokens, 0) };
  const hours = Math.max(billionthHours(charge.heldMs), nanoUsd > 0 ? 1 : 0);
  return { quantity: decimalText(hours, 9), unit: "GPU-Hours", price: unitPriceText(nanoUsd, hours, 9) };
}

const billionthHours = (ms: number): number => Math.round((ms * 1e9) / HOUR_MS);

function describe({ gpuHour, model, team, tenant }: Charge): string {
  if (model === "") return `${gpuHour?.gpuModel} on ${gpuHour?.host}, nothing ran`;
  const payers = [team && `team ${team}`, tenant && `tenant ${tenant}`].filter((payer) => payer !== "");
  const place = gpuHour ? `on ${gpuHour.gpuModel}` : "on no known GPU";
  return [`Tokens of ${model} ${place}`, ...payers].join(", ");
}

const words = (qualities: Iterable<string>): string | null =>
  [...qualities].sort(compareText).join(" ") || null;

const instant = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

function monthStart(ms: number, monthsLater: number): string {
  const date = new Date(ms);
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1));
}
