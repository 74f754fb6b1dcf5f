/** Requests of people: so many good and bad ones a minute. */
const requests = (good: string, bad: string) => [
  { series: 'http_requests_total{route="/api/v1/totals", status="200"}', values: good },
  { series: 'http_requests_total{route="/api/v1/totals", status="500"}', values: bad },
];
const availability = (rate: number, window: string, severity: string, ratio: string) => ({
  exp_labels: { severity, slo: "availability", burn: String(rate), window },
  exp_annotations: {
    summary: `The budget of the objective availability is used up ${rate} times too fast`,
    description: `API requests are answered without an error of ours: ${ratio} did not, over ${window}; 99.5 % has to.`,
    runbook: "docs/operate.md#ca3availabilityburn",
  },
});
const asks = (eval_time: string, exp_alerts: readonly unknown[], alertname = "Ca3AvailabilityBurn") => ({
  ...{ eval_time, alertname, exp_alerts },
});

/** Unit tests of the rules, as promtool reads them. */
export const burnTests = {
  rule_files: ["rules.yaml"],
  evaluation_interval: "1m",
  tests: [
    {
      name: "ten percent of errors for an hour is a page by both windows",
      interval: "1m",
      input_series: requests("0+90x120", "0+10x120"),
      alert_rule_test: [
        asks("2h", [
          availability(14.4, "1h", "page", "10%"),
          availability(6, "6h", "page", "10%"),
          availability(1, "3d", "ticket", "10%"),
        ]),
      ],
    },
    {
      name: "errors within the budget are nobody's business",
      interval: "1m",
      input_series: requests("0+998x120", "0+2x120"),
      alert_rule_test: [asks("2h", [])],
    },
    {
      name: "an error among few requests says nothing",
      interval: "1m",
      input_series: requests("0+0x60 1 1+0x59", "0+0x60 1 1+0x59"),
      alert_rule_test: [asks("62m", [])],
    },
    {
      name: "the page ends soon after the errors have ended",
      interval: "1m",
      input_series: requests("0+90x180", "0+10x60 600+0x120"),
      alert_rule_test: [
        asks("75m", [availability(6, "6h", "page", "8.163%"), availability(1, "3d", "ticket", "8.163%")]),
      ],
    },
    {
      name: "events that are stored too late burn the budget of freshness",
      interval: "1m",
      input_series: [
        { series: "event_store_delay_seconds_count", values: "0+6000x90" },
        { series: 'event_store_delay_seconds_bucket{le="10.0"}', values: "0+3000x90" },
      ],
      promql_expr_test: [
        {
          expr: 'slo:sli_error:ratio_rate1h{slo="freshness"}',
          eval_time: "90m",
          exp_samples: [{ labels: 'slo:sli_error:ratio_rate1h{slo="freshness"}', value: 0.5 }],
        },
      ],
    },
    {
      name: "events whose age is unknown because nobody stores them are old when the lag is",
      interval: "1m",
      input_series: [
        { series: 'processor_consumer_lag_seconds{topic="t", partition="0"}', values: "400x20" },
      ],
      alert_rule_test: [
        asks(
          "15m",
          [
            {
              exp_labels: { severity: "page" },
              exp_annotations: {
                summary: "Events wait for 6m 40s",
                description: "The processors do not keep up, or do not run.",
                runbook: "docs/operate.md#ca3lagold",
              },
            },
          ],
          "Ca3LagOld",
        ),
        asks("5m", [], "Ca3LagOld"),
      ],
    },
    {
      name: "no processor at all is noticed",
      interval: "1m",
      input_series: [{ series: 'up{namespace="app", job="producers"}', values: "1x20" }],
      alert_rule_test: [
        asks(
          "10m",
          [
            {
              exp_labels: { severity: "page" },
              exp_annotations: {
                summary: "No processor is running",
                description: "Prometheus reaches no processor. Events wait in Kafka and nothing is lost.",
                runbook: "docs/operate.md#ca3processordown",
              },
            },
          ],
          "Ca3ProcessorDown",
        ),
      ],
    },
  ],
};
