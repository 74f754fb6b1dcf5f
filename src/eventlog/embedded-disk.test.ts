import { expect, test } from "bun:test";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf } from "../../tests/contracts/eventlog/embedded-rig.ts";
import { readAll } from "../../tests/contracts/eventlog/rig.ts";
import type { Ca3Error } from "../support/errors.ts";
import { openEmbeddedLog } from "./embedded.ts";

const sh = (...words: string[]) => Bun.spawnSync(words, { stderr: "ignore" }).exitCode === 0;

/** Runs `work` in a folder on a disk of its own with this many KiB; needs the right to mount. */
async function onSmallDisk(kib: number, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-disk-"));
  const mounted = sh("mount", "-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder);
  try {
    if (!mounted) throw new Error("cannot mount a disk of a few megabytes");
    await work(folder);
  } finally {
    if (mounted) sh("umount", "-l", folder);
    rmdirSync(folder);
  }
}
const mayMount = await onSmallDisk(64, async () => {}).then(
  () => true,
  () => false,
);
const why = mayMount ? "" : " (skipped: no right to mount a small disk)";

const record = () => ({ topic: "t", key: null, value: crypto.getRandomValues(new Uint8Array(30_000)) });

test.skipIf(!mayMount)(`a disk that fills up loses nothing, and work resumes when there is room${why}`, () =>
  onSmallDisk(3000, async (folder) => {
    const path = join(folder, "log.db");
    const filler = join(folder, "filler");
    const log = openEmbeddedLog(path);
    await log.ensureTopics([{ name: "t", partitions: 2 }]);
    await log.append([record()]);
    writeFileSync(filler, new Uint8Array(1_000_000));
    let accepted = 1;
    let refused: Ca3Error | undefined;
    const next = [record(), record()];
    while (!refused) {
      refused = await failureOf(log.append(next));
      if (!refused) accepted += next.length;
    }
    expect(refused.code).toBe("CA3_LOG_UNAVAILABLE");
    expect(refused.hint).toBe(`df -h ${folder}`);
    expect(await failureOf(log.append(next))).toMatchObject({ code: "CA3_LOG_UNAVAILABLE" });
    expect((await log.topics())[0]!.records).toBe(accepted);
    const counted = await readAll(log, "t", accepted, { group: "reader" });
    expect(counted.flatMap((batch) => batch.records).length).toBe(accepted);

    rmSync(filler);
    await log.append(next);
    await log.close();
    const again = openEmbeddedLog(path);
    const back = (await readAll(again, "t", accepted + 2)).flatMap((batch) => batch.records);
    expect(back.length).toBe(accepted + 2);
    for (const { value } of next)
      expect(back.some((one) => Buffer.compare(one.value, value) === 0)).toBe(true);
    await again.close();
  }),
);

test.skipIf(!mayMount)(`a read-only disk is refused with the folder to look at${why}`, () =>
  onSmallDisk(3000, async (folder) => {
    const path = join(folder, "log.db");
    const log = openEmbeddedLog(path);
    await log.ensureTopics([{ name: "t", partitions: 1 }]);
    await log.close();
    expect(sh("mount", "-o", "remount,ro", folder)).toBe(true);
    const opened = failureOf(
      (async () => {
        openEmbeddedLog(path);
      })(),
    );
    expect(await opened).toMatchObject({ hint: `ls -la ${folder}` });
    expect(["CA3_FILE", "CA3_LOG_UNAVAILABLE"]).toContain((await opened)!.code);
    const other = join(folder, "other.db");
    expect(() => openEmbeddedLog(other)).toThrow(expect.objectContaining({ code: "CA3_FILE" }));
  }),
);
