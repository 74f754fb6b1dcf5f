import { type WireRequest, wireRequest } from "./requests.ts";

export type ProducerId = { readonly errorCode: number; readonly id: bigint; readonly epoch: number };

/** A number under which the brokers remember what a producer has written. */
export const producerIdRequest = (): WireRequest<ProducerId> =>
  wireRequest(
    { key: 22, version: 1, name: "InitProducerId", flexible: false },
    (writer) => writer.string(null).int32(60_000),
    (reader) => {
      reader.int32(); // throttle time
      return { errorCode: reader.int16(), id: reader.bigint64(), epoch: reader.int16() };
    },
  );
