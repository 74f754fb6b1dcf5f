import type { Gate } from "../pump.ts";
import type { Protocol } from "./protocol.ts";

/** A request on its way to the server, or its answer on the way back. */
export type Moment = "request" | "answer";
/** Asked about each passage: what it answers holds the message back, or leaves it out with `false`. */
export type Watch = (step: string, moment: Moment) => boolean | Promise<boolean>;

/** Looks into one connection: both directions as gates that tell `watch` what passes. */
export function tap(protocol: Protocol, watch: Watch): { readonly up: Gate; readonly down: Gate } {
  const open = new Map<number, string>();
  const { frameLength } = protocol;
  return {
    up: {
      frameLength,
      pass: (frame) => {
        const request = protocol.request(frame);
        if (request === undefined) return true;
        open.set(request.id, request.step);
        return watch(request.step, "request");
      },
    },
    down: {
      frameLength,
      pass: (frame) => {
        const id = protocol.answerTo(frame);
        const step = open.get(id);
        open.delete(id);
        return step === undefined || watch(step, "answer");
      },
    },
  };
}
