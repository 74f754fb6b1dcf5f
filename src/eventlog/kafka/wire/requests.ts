import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** A request to a broker and how to read its answer, in the shape the connection layer takes. */
export type WireRequest<T> = {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
  /** How long the answer may take, ms; by default as long as the connection allows. */
  readonly requestTimeout?: number;
};

export type WireApi = { readonly key: number; readonly version: number; readonly name: string };

/**
 * A request of a version that the client library does not know. `flexible` versions carry tagged fields in the headers
 * too: one zero byte before the body on both ways says that there are none.
 */
export function wireRequest<T>(
  api: WireApi & { readonly flexible: boolean },
  body: (writer: Writer) => void,
  read: (reader: Reader) => T,
  requestTimeout?: number,
): WireRequest<T> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      encode: async () => {
        const writer = new Writer();
        if (api.flexible) writer.noTags();
        body(writer);
        const { buffer } = writer;
        return { buf: buffer, buffer };
      },
    },
    response: {
      decode: async (payload) => {
        const reader = new Reader(payload);
        if (api.flexible) reader.skipTags();
        return read(reader);
      },
      parse: async (decoded) => decoded,
    },
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  };
}
