import Type from "typebox";
import { qualities } from "../../../telemetry/events.ts";
import { closed, instant, nullable } from "./figures.ts";

const ratio = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const amount = (description: string) => Type.Number({ minimum: 0, description });
const maybe = <T extends Type.TSchema>(schema: T) => nullable(schema);

export const gpuSchema = Type.Object(
  {
    uuid: Type.String({ description: "Physical GPU or MIG device" }),
    index: Type.Integer({ minimum: 0, description: "Index on its host" }),
    gpuModel: Type.String({ description: "Product name of the card" }),
    host: Type.String({ description: "Machine it is in" }),
    servedModel: maybe(Type.String({ description: "LLM it serves; null when not configured" })),
    team: maybe(Type.String({ description: "Team that is charged; null when not known" })),
    source: Type.String({ description: "What read it" }),
    quality: Type.Enum([...qualities], { description: "How the numbers came about" }),
    at: instant("End of the interval of this reading"),
    ageSeconds: amount("Seconds since then"),
    intervalSeconds: amount("Length of the interval"),
    utilization: ratio("Busy share of the interval"),
    memUsedBytes: amount("Memory in use"),
    memTotalBytes: amount("Memory of the card"),
    powerWatts: amount("Mean power over the interval"),
    powerLimitWatts: maybe(amount("Power limit in force; null when not read")),
    temperatureCelsius: maybe(Type.Number({ description: "Core temperature; null when not read" })),
    microUsdPerHour: Type.Integer({
      minimum: 0,
      description: "Price of the whole GPU per hour, millionths of a US dollar",
    }),
    priceSource: Type.String({ description: "Where the price came from" }),
    fraction: ratio("Share of the physical GPU this reading is about"),
  },
  { ...closed, $id: "Gpu", description: "The newest reading of one GPU" },
);

export const gpusSchema = Type.Object(
  { gpus: Type.Array(gpuSchema, { description: "In order of host and index" }) },
  closed,
);

const compatReading = {
  gpu_index: Type.Integer({ minimum: 0, description: "Index on its host" }),
  name: Type.String({ description: "Product name of the card" }),
  utilization: ratio("Busy share, 0 to 1"),
  mem_used_mb: amount("Memory in use, MiB"),
  mem_total_mb: amount("Memory of the card, MiB"),
  power_w: amount("Power, watts"),
  price_per_hour_usd: amount("Price per hour, US dollars"),
  ts: instant("Time of the reading"),
  host: Type.String({ description: "Machine it is in" }),
};

export const gpuInfoSchema = Type.Object(
  {
    ...Object.fromEntries(
      Object.entries(compatReading).map(([name, schema]) => [name, Type.Optional(schema)]),
    ),
    gpus: Type.Array(Type.Object(compatReading, closed), { description: "The newest reading of each GPU" }),
    cost_per_token: nullable(
      amount(
        "Price per hour of all reporting GPUs / tokens per hour over the last 30 s, US dollars; null without tokens",
      ),
    ),
    cost_window_s: Type.Integer({ description: "Seconds that figure looks back" }),
    price_per_hour_usd_total: amount("Price per hour of all reporting GPUs, US dollars"),
  },
  { ...closed, $id: "GpuInfo", description: "The newest reading, as of old, and the newest one of each GPU" },
);
