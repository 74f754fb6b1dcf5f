import samplePath from "../../../assets/samples/azure-llm-inference-2023-conv.csv" with { type: "file" };

/** Name that stands for the trace that is built in. */
export const SAMPLE = "sample";

/** Path of the built-in trace; inside the executable when that was compiled. */
export const sampleFile: string = samplePath;

/** What the built-in trace is, for messages. */
export const SAMPLE_LABEL = "the sample (Azure LLM inference trace 2023, conversation)";
