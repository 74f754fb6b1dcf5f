/**
 * Neighbouring events that share one row of expiry. Deleting a whole segment takes one to two milliseconds, so a slice
 * of `expire` can stop in time after any of them.
 */
export const SEGMENT_EVENTS = 256;
