import type { Card } from "./cards.ts";

/** The shape of the LLM that modelled GPUs serve. */
export type LlmShape = {
  readonly parameters: number;
  readonly bytesPerParameter: number;
  /** Keys and values kept for one token of context. */
  readonly kvBytesPerToken: number;
};

/**
 * Llama 3.1 8B in BF16: 8.03e9 parameters; keys and values of 32 layers × 8 heads × 128 values × 2 bytes each.
 * Source: the model card and config.json published by Meta.
 */
const llama31With8b: LlmShape = {
  parameters: 8.03e9,
  bytesPerParameter: 2,
  kvBytesPerToken: 32 * 8 * 128 * 2 * 2,
};

export type ServingCapacity = {
  /** Prompt tokens per second when the card does nothing else. */
  readonly prefillTokensPerS: number;
  /** Generated tokens per second when the card does nothing else, over all sequences of the batch. */
  readonly decodeTokensPerS: number;
  /** Sequences decoded together. */
  readonly batch: number;
  readonly weightBytes: number;
  /** Memory left for keys and values. */
  readonly kvBytes: number;
};

/** Share of peak arithmetic that prefill reaches; where utilisation saturates in arXiv 2507.11417. */
const PREFILL_EFFICIENCY = 0.45;
/**
 * Share of peak bandwidth that decode reaches: 75 tokens/s at batch 1 for Llama 3.1 8B in BF16 on an A100 40 GB, as
 * measured in https://johnmusgrave.com/p/vllm-throughput-latency-sweep-on.
 */
const BANDWIDTH_EFFICIENCY = 0.77;
/** Share of the card's memory a server takes; the default of vLLM's `--gpu-memory-utilization`. */
const MEMORY_SHARE = 0.9;
/** Tokens a sequence holds: mean prompt plus mean answer of the Azure conversation trace of 2023. */
const CONTEXT_TOKENS = 1_366;
const MAX_BATCH = 64;

/**
 * Roofline of one card: prefill is bound by arithmetic (2 operations per parameter and token), decode by reading the
 * weights once per step plus the keys and values of every sequence in the batch. Source: Williams et al., "Roofline",
 * CACM 2009, applied to transformers as in "Efficiently Scaling Transformer Inference", arXiv 2211.05102.
 */
export function servingCapacity(card: Card, llm: LlmShape = llama31With8b): ServingCapacity {
  const weightBytes = llm.parameters * llm.bytesPerParameter;
  const kvBytes = Math.max(0, card.memTotalMib * 1024 ** 2 * MEMORY_SHARE - weightBytes);
  const sequenceBytes = CONTEXT_TOKENS * llm.kvBytesPerToken;
  const batch = Math.max(1, Math.min(MAX_BATCH, Math.floor(kvBytes / sequenceBytes)));
  const stepS = (weightBytes + batch * sequenceBytes) / (card.bandwidthGBps * 1e9 * BANDWIDTH_EFFICIENCY);
  return {
    prefillTokensPerS: (card.fp16Tflops * 1e12 * PREFILL_EFFICIENCY) / (2 * llm.parameters),
    decodeTokensPerS: batch / stepS,
    batch,
    weightBytes,
    kvBytes,
  };
}
