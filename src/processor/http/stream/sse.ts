/** One message of an event stream, as the HTML standard has it. `data` is JSON, so it holds no line break. */
export const sseEvent = (event: string, id: string, data: string): string =>
  `event: ${event}\nid: ${id}\ndata: ${data}\n\n`;

/** A comment: it keeps the connection alive and reaches no listener. */
export const ssePing = ": ping\n\n";

/** How long a browser waits before it connects again, in ms. */
export const sseRetry = (ms: number): string => `retry: ${ms}\n\n`;
