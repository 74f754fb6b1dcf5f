import type { Logger } from "../../../support/log.ts";
import { offsetAt } from "../once/read-range.ts";
import type { KafkaClient } from "../transport/client.ts";
import { EARLIEST, LATEST } from "../wire/offsets.ts";
import type { ConsumeLane } from "./lane.ts";

/**
 * The record to read next is not in the log. Before its beginning: retention was faster than the reader, so go on with the
 * oldest. Behind its end: the brokers have lost what they had acknowledged, so go on with what comes next.
 */
export async function startAgain(client: KafkaClient, lane: ConsumeLane, logger: Logger): Promise<void> {
  const { topic, partition, fetchOffset } = lane;
  const oldest = (await offsetAt(client, { topic, partition }, EARLIEST)) ?? 0;
  const end = (await offsetAt(client, { topic, partition }, LATEST)) ?? 0;
  if (fetchOffset >= oldest && fetchOffset <= end) return;
  const place = { topic, partition, offset: fetchOffset, oldest, end };
  if (fetchOffset < oldest)
    logger.warn("Records were deleted before they were read; going on with the oldest.", {
      ...place,
      records: oldest - fetchOffset,
    });
  else logger.error("The brokers have lost records; going on at the end of what they have.", place);
  lane.jump(fetchOffset < oldest ? oldest : end);
}
