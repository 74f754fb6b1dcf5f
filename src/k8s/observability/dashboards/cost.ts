import { dashboard, type Panel } from "./panel.ts";

/** Every replica shows the same figures, so they are joined by `max`. */
const panels: readonly Panel[] = [
  {
    title: "Dollars per million tokens",
    what: "Cost of a million tokens in the window of the processor, by model",
    unit: "currencyUSD",
    stat: true,
    queries: [
      [
        'max by (model) (llm_cost_per_million_tokens_usd{basis="allocation", direction="blended"})',
        "{{model}}",
      ],
    ],
  },
  {
    title: "Dollars an hour",
    what: "What all GPUs cost now",
    unit: "currencyUSD",
    stat: true,
    queries: [['sum(max by (gpu_model) (rate(gpu_cost_usd_total{basis="allocation"}[15m]))) * 3600', "all"]],
  },
  {
    title: "Idle",
    what: "Share of the cost that did no work in the last hour",
    unit: "percentunit",
    stat: true,
    queries: [
      [
        'sum(max by (gpu_model, reason) (increase(gpu_idle_cost_usd_total[1h]))) / sum(max by (gpu_model) (increase(gpu_cost_usd_total{basis="allocation"}[1h])))',
        "idle",
      ],
    ],
  },
  {
    title: "Joules per token",
    what: "Energy per token in the window of the processor",
    unit: "joule",
    stat: true,
    queries: [["max by (model) (llm_energy_joules_per_token)", "{{model}}"]],
  },
  {
    title: "Tokens per second",
    what: "Tokens in and out, by model",
    unit: "short",
    queries: [
      [
        "sum by (model, direction) (max by (model, direction, cache) (rate(llm_tokens_total[$__rate_interval])))",
        "{{model}} {{direction}}",
      ],
    ],
  },
  {
    title: "Cost an hour, used and idle",
    what: "What GPUs cost an hour: while they work, and while they do not",
    unit: "currencyUSD",
    stacked: true,
    queries: [
      ['sum(max by (gpu_model) (rate(gpu_cost_usd_total{basis="usage"}[$__rate_interval]))) * 3600', "used"],
      [
        "sum by (reason) (max by (gpu_model, reason) (rate(gpu_idle_cost_usd_total[$__rate_interval]))) * 3600",
        "{{reason}}",
      ],
    ],
  },
  {
    title: "Utilisation",
    what: "Newest utilisation of each GPU",
    unit: "percentunit",
    queries: [["max by (host, gpu, kind) (gpu_utilization_ratio)", "{{host}} {{gpu}} {{kind}}"]],
  },
  {
    title: "Power",
    what: "Average power of each GPU over a sample",
    unit: "watt",
    queries: [["max by (host, gpu) (gpu_power_watts)", "{{host}} {{gpu}}"]],
  },
];

export const costDashboard = dashboard("ca3-cost", "ca3: cost", panels);
