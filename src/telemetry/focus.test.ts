import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { gpuEvent, tokenEvent } from "../../tests/samples/events.ts";
import { rowsOf } from "../../tests/samples/rows.ts";
import type { FocusRow } from "./focus/row.ts";
import { focusCsv, focusRows } from "./focus.ts";
import { buildReport } from "./report.ts";

const gpu = gpuEvent({ ts: "2026-03-01T11:00:00.000Z", interval_s: 3_600 });
const idle = gpuEvent({ ts: "2026-03-01T12:00:00.000Z", interval_s: 1_800 });
const tokens = tokenEvent({ team: "search", tenant: "t,1", gpu_uuids: ["GPU-a"] });

test("a row has every mandatory column of FOCUS 1.3 with a legal value", () => {
  const [row, left, ...rest] = focusRows(rowsOf([gpu, idle, tokens]));
  expect(rest).toEqual([]);
  expect(row).toEqual({
    BilledCost: "3.6",
    BillingAccountId: "ca3",
    BillingAccountName: "GPU fleet",
    BillingCurrency: "USD",
    BillingPeriodEnd: "2026-04-01T00:00:00Z",
    BillingPeriodStart: "2026-03-01T00:00:00Z",
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: "Tokens of llama-3.1-8b on NVIDIA A100-SXM4-40GB, team search, tenant t,1",
    ChargeFrequency: "Usage-Based",
    ChargePeriodEnd: "2026-03-01T11:00:00Z",
    ChargePeriodStart: "2026-03-01T10:00:00Z",
    ConsumedQuantity: "1200",
    ConsumedUnit: "Tokens",
    ContractedCost: "3.6",
    ContractedUnitPrice: "0.003",
    EffectiveCost: "3.6",
    HostProviderName: "Self-hosted",
    InvoiceIssuerName: "Self-hosted",
    ListCost: "3.6",
    ListUnitPrice: "0.003",
    PricingCategory: "Standard",
    PricingCurrency: "USD",
    PricingQuantity: "1200",
    PricingUnit: "Tokens",
    ProviderName: "Self-hosted",
    PublisherName: "Self-hosted",
    ResourceId: "GPU-a",
    ResourceName: "NVIDIA A100-SXM4-40GB on host-a",
    ResourceType: "GPU",
    ServiceCategory: "AI and Machine Learning",
    ServiceName: "GPU inference",
    ServiceProviderName: "Self-hosted",
    ServiceSubcategory: "Generative AI",
    SkuId: "NVIDIA A100-SXM4-40GB",
    SkuPriceId: "NVIDIA A100-SXM4-40GB/Tokens",
    Tags: null,
    AllocatedMethodId: "ca3-token-weight-v1",
    AllocatedMethodDetails: '{"Elements":[{"AllocatedRatio":1,"UsageUnit":"Tokens","UsageQuantity":1200}]}',
    AllocatedResourceId: "llama-3.1-8b/search/t,1",
    AllocatedResourceName: "llama-3.1-8b",
    AllocatedTags: '{"model":"llama-3.1-8b","team":"search","tenant":"t,1"}',
    x_Model: "llama-3.1-8b",
    x_Team: "search",
    x_Tenant: "t,1",
    x_Host: "host-a",
    x_GpuModel: "NVIDIA A100-SXM4-40GB",
    x_InputTokens: "1000",
    x_CacheReadTokens: "0",
    x_OutputTokens: "200",
    x_Requests: "1",
    x_GpuHours: "1",
    x_EnergyJoules: "900000",
    x_UsedCost: "1.8",
    x_IdleCost: "1.8",
    x_GpuQuality: "measured",
    x_TokenQuality: "measured",
  });
  expect(left).toMatchObject({
    BilledCost: "1.8",
    ChargeDescription: "NVIDIA A100-SXM4-40GB on host-a, nothing ran",
    ConsumedQuantity: "0.5",
    ConsumedUnit: "GPU-Hours",
    ListUnitPrice: "3.6",
    AllocatedMethodId: "ca3-token-weight-v1",
    AllocatedResourceId: null,
    x_Model: null,
    x_TokenQuality: null,
  });
});

test("tokens without a GPU are a row without a cost or a resource", () => {
  expect(focusRows(rowsOf([tokens]))).toMatchObject([
    {
      BilledCost: "0",
      ListUnitPrice: "0",
      PricingQuantity: "1200",
      ResourceId: null,
      AllocatedMethodId: null,
    },
  ]);
});

const nanos = (text: string): bigint => {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole! + fraction.padEnd(9, "0"));
};
const sum = (rows: readonly FocusRow[], column: keyof FocusRow): number =>
  rows.reduce((total, row) => total + Number(row[column]), 0);

test("rows sum to the bill exactly, to all tokens, and price × quantity is the cost", () => {
  fc.assert(
    fc.property(
      fc.array(gpuEvents, { maxLength: 12 }),
      fc.array(tokenEvents, { maxLength: 12 }),
      (gpus, requests) => {
        const source = rowsOf([...gpus, ...requests]);
        const rows = focusRows(source);
        const bill = source.reduce((total, row) => total + BigInt(row.sums.costNanoUsd), 0n);
        expect(rows.reduce((total, row) => total + nanos(row.BilledCost), 0n)).toBe(bill);
        const { totals } = buildReport(source, "model");
        expect(sum(rows, "x_InputTokens")).toBe(totals.inputTokens);
        expect(sum(rows, "x_OutputTokens")).toBe(totals.outputTokens);
        expect(sum(rows, "x_Requests")).toBe(totals.requests);
        for (const row of rows) {
          expect(Number(row.ListUnitPrice) * Number(row.PricingQuantity)).toBeCloseTo(
            Number(row.ListCost),
            9,
          );
          expect(nanos(row.x_UsedCost) + nanos(row.x_IdleCost)).toBe(nanos(row.BilledCost));
        }
      },
    ),
  );
});

test("the CSV has a header even without rows, and as many fields as columns in each line", () => {
  const [header, ...lines] = focusCsv(rowsOf([gpu])).split("\r\n");
  expect(focusCsv([]).split("\r\n")).toEqual([header!, ""]);
  expect(header).toStartWith("BilledCost,BillingAccountId,");
  expect(lines[0]).toStartWith(`3.6,ca3,GPU fleet,USD,`);
  expect(focusCsv(rowsOf([gpu, tokens]))).toContain(
    '"Tokens of llama-3.1-8b on NVIDIA A100-SXM4-40GB, team search',
  );
});
