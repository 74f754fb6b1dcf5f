import { bytes, duration, flag, list, text } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";
import { joinRules } from "./join/rule-type.ts";
import { scrapeTokens } from "./scrape/tokens.ts";
import { endpointUrls } from "./scrape/urls.ts";

/** What is scraped and read while it is written, and whose it is. */
export const scrapeSettings = {
  dcgmUrls: {
    path: "producer.dcgm.urls",
    env: ["CA3_DCGM_URLS"],
    flag: "dcgm-url",
    hint: "URL",
    doc: "DCGM exporters that --source dcgm reads, such as http://node-1:9400/metrics",
    type: endpointUrls,
    optional: true,
  },
  vllmUrls: {
    path: "producer.vllm.urls",
    env: ["CA3_VLLM_URLS"],
    flag: "vllm-url",
    hint: "URL",
    doc: "vLLM and SGLang servers that --source vllm reads, such as http://node-1:8000/metrics",
    type: endpointUrls,
    optional: true,
  },
  logFiles: {
    path: "producer.openaiLog.files",
    env: ["CA3_OPENAI_LOG"],
    flag: "log-file",
    hint: "FILE",
    doc: "Logs of OpenAI-compatible responses, one JSON object per line, that --source openai-log reads",
    type: list,
    optional: true,
  },
  follow: {
    path: "producer.openaiLog.follow",
    env: ["CA3_FOLLOW"],
    flag: "follow",
    doc: "At the end of a log wait for more, even if the file is rotated; without it, the source ends there",
    type: flag,
    default: true,
  },
  logTenant: {
    path: "producer.openaiLog.tenant",
    env: ["CA3_OPENAI_LOG_TENANT"],
    doc: "Fields of a line that may hold the tenant; the first one present counts",
    type: list,
    default: ["user", "metadata.user", "metadata.user_id", "request.user"],
  },
  logTeam: {
    path: "producer.openaiLog.team",
    env: ["CA3_OPENAI_LOG_TEAM"],
    doc: "Fields of a line that may hold the team",
    type: list,
    default: ["team", "metadata.team", "request.metadata.team"],
  },
  logProject: {
    path: "producer.openaiLog.project",
    env: ["CA3_OPENAI_LOG_PROJECT"],
    doc: "Fields of a line that may hold the project",
    type: list,
    default: ["project", "metadata.project", "request.metadata.project"],
  },
  join: {
    path: "producer.join",
    env: ["CA3_JOIN"],
    flag: "join",
    hint: "RULES",
    doc: "Which GPUs serve which model and who pays: host=node-1 model=llama team=search; pod=vllm-* model=qwen",
    type: joinRules,
    optional: true,
  },
  scrapeTimeoutMs: {
    path: "producer.scrape.timeout",
    env: ["CA3_SCRAPE_TIMEOUT"],
    doc: "How long one reading of an endpoint may take, including its whole page",
    type: duration,
    default: 5_000,
  },
  scrapeMaxBytes: {
    path: "producer.scrape.maxSize",
    env: ["CA3_SCRAPE_MAX_SIZE"],
    doc: "Largest page that is read",
    type: bytes,
    default: 16 * 1024 ** 2,
  },
  scrapeMaxGapMs: {
    path: "producer.scrape.maxGap",
    env: ["CA3_SCRAPE_MAX_GAP"],
    doc: "A GPU that was not read for longer than this does not count as held in the meantime",
    type: duration,
    default: 300_000,
  },
  scrapeTokens: {
    path: "producer.scrape.tokens",
    env: ["CA3_SCRAPE_TOKENS"],
    doc: "Bearer tokens: one for all endpoints, or lines that each give an endpoint (* matches anything) and its token; @FILE names a file that is read again each time",
    type: scrapeTokens,
    optional: true,
    secret: true,
  },
  scrapeCaFile: {
    path: "producer.scrape.caFile",
    env: ["CA3_SCRAPE_CA_FILE"],
    hint: "FILE",
    doc: "CA certificates (PEM) to trust for endpoints, besides those of this system",
    type: text,
    optional: true,
  },
} as const satisfies Settings;
