import { type SomeKafka, someKafka } from "../services/kafka.ts";
import { type SomeMongo, someMongo } from "../services/mongo.ts";

export type Services = AsyncDisposable & { readonly kafka: SomeKafka; readonly mongo: SomeMongo };

/** What a whole pipeline needs. */
export async function kafkaAndMongo(): Promise<Services> {
  const [kafka, mongo] = await Promise.all([someKafka(), someMongo()]);
  const end = async () => {
    await Promise.all([kafka[Symbol.asyncDispose](), mongo[Symbol.asyncDispose]()]);
  };
  return { kafka, mongo, [Symbol.asyncDispose]: end };
}
