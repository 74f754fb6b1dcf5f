/**
 * On-demand list prices of us-east-1, US dollars an hour, Linux. Other regions differ by some per cent; spot machines cost
 * less. Sources: AWS's public price pages as of 2026; to be looked at again before each release.
 */
export const PRICES_AS_OF = "2026-11";
export const PRICES_REGION = "us-east-1";

export const hourlyUsd: Readonly<Record<string, number>> = {
  "t3.micro": 0.0104,
  "t3.small": 0.0208,
  "t3.medium": 0.0416,
  "t3.large": 0.0832,
  "t3.xlarge": 0.1664,
  "t3a.small": 0.0188,
  "t3a.medium": 0.0376,
  "t4g.small": 0.0168,
  "t4g.medium": 0.0336,
  "t4g.large": 0.0672,
  "c7i-flex.large": 0.08479,
  "c7i-flex.xlarge": 0.16958,
  "m7i-flex.large": 0.09576,
  "m7i.large": 0.1008,
  "m7i.xlarge": 0.2016,
  "m7g.large": 0.0816,
  "g4dn.xlarge": 0.526,
  "g5.xlarge": 1.006,
  "g6.xlarge": 0.8048,
};

/** gp3, a GiB a month. */
export const DISK_USD_PER_GB_MONTH = 0.08;
/** Any public IPv4 address in use or kept. */
export const ADDRESS_USD_PER_HOUR = 0.005;
/** What AWS takes as a month. */
export const HOURS_PER_MONTH = 730;
