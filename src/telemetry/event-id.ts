const PREFIX_LENGTH = 20;
/** 36^8 is more than the largest sequence number an event may carry. */
const SEQ_LENGTH = 8;

/** First hex digits of SHA-256 over parts that cannot run into each other. */
function digest(parts: readonly string[], length: number): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, length);
}

/** What all ids of one stream of one run of a source begin with. The same names give the same prefix everywhere. */
export const streamPrefix = (sourceId: string, bootId: string, stream: string): string =>
  digest(["stream", sourceId, bootId, stream], PREFIX_LENGTH);

/** Id of one event of a stream. Ids of one stream sort in the order of `seq`, so an index over them grows at its end. */
export const eventId = (prefix: string, seq: number): string =>
  `${prefix}-${seq.toString(36).padStart(SEQ_LENGTH, "0")}`;

/** Id of one request, wherever and however often it is reported. */
export const requestEventId = (serverId: string, requestId: string): string =>
  `${digest(["server", serverId], PREFIX_LENGTH)}-${digest(["request", requestId], PREFIX_LENGTH)}`;

/** Id for an event that came without one: the same bytes are the same event. */
export const mintedEventId = (bytes: Uint8Array): string =>
  `minted-${new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 32)}`;
