import RequestQueue from "kafkajs/src/network/requestQueue/index.js";

/**
 * kafkajs looks for waiting requests every millisecond, also when none waits, which costs 3 to 4 % of a core per idle
 * connection (https://github.com/tulios/kafkajs/issues/1704). Waiting requests are looked at anyway when one before
 * them is answered, so the timer is needed only while something waits or the broker has asked for a pause.
 */
export function quietRequestQueues(): void {
  const { prototype } = RequestQueue;
  const original = prototype.scheduleCheckPendingRequests;
  if ("ca3Quiet" in original) return;
  const quiet = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
  };
  prototype.scheduleCheckPendingRequests = Object.assign(quiet, { ca3Quiet: true });
}
