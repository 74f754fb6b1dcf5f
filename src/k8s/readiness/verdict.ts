/** Whether an object does its work. */
export type Verdict =
  | { readonly is: "ready"; readonly note?: string }
  | {
      readonly is: "waiting";
      /** For what, such as `1 of 3 pods is ready`. */
      readonly reason: string;
      /** Things work without it: a deployment warns when it does not come. */
      readonly soft?: boolean;
    }
  | {
      /** It will not get ready by itself. */
      readonly is: "failed";
      readonly reason: string;
      readonly hint?: string;
    };

export const ready = (note?: string): Verdict => ({ is: "ready", ...(note === undefined ? {} : { note }) });
export const waiting = (reason: string): Verdict => ({ is: "waiting", reason });
export const waitingSoftly = (reason: string): Verdict => ({ is: "waiting", reason, soft: true });
export const failed = (reason: string, hint?: string): Verdict => ({
  ...{ is: "failed", reason },
  ...(hint === undefined ? {} : { hint }),
});
