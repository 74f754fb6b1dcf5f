import { describe, expect, test } from "bun:test";
import { parseListing } from "./listing.ts";
import { createSmiReader } from "./reader.ts";

const QUERY = ["timestamp", "index", "uuid", "name", "mig.mode.current", "utilization.gpu", "power.draw"];
const nothing = parseListing("");
const row = (index: number, more: { uuid?: string; mig?: string; busy?: string; watts?: string } = {}) => {
  const { uuid = `GPU-${index}`, mig = "[N/A]", busy = "50", watts = "100" } = more;
  return `[N/A], ${index}, ${uuid}, Card, ${mig}, ${busy}, ${watts}`;
};

function opened() {
  const happened: string[] = [];
  const reader = createSmiReader({
    ...{ host: "node-1", spanMs: 1_000, gapMs: 500, goneMs: 500 },
    onBaseline: (card) => void happened.push(`begins ${card.gpu}`),
    onTrouble: (card) => void happened.push(`loses ${card.gpu}`),
  });
  reader.begin(QUERY, nothing);
  /** Rows of these GPUs, every 100 ms. */
  const rows = (fromMs: number, toMs: number, ...lines: readonly string[]) => {
    const spans = [];
    for (let now = fromMs; now <= toMs; now += 100)
      for (const line of lines) spans.push(...reader.line(line, now).spans);
    return spans;
  };
  return { reader, rows, happened };
}

describe("the cards of a machine", () => {
  test.each([
    ["GPU is lost", row(1, { uuid: "[GPU is lost]", busy: "[GPU is lost]", watts: "[GPU is lost]" })],
    ["GPU requires reset", row(1, { busy: "[GPU requires reset]", watts: "80" })],
    ["Unknown Error", row(1, { busy: "[Unknown Error]", watts: "[Unknown Error]" })],
  ])("%s: the card is not counted, and begins anew when it answers", (said, lost) => {
    const { reader, rows, happened } = opened();
    reader.listed(parseListing("GPU 0: Card (UUID: GPU-0)\nGPU 1: Card (UUID: GPU-1)\n"));
    rows(0, 300, row(0), row(1));
    const ended = rows(400, 600, row(0), lost);
    expect(ended.map(({ card, span }) => [card.gpu, span.fromMs, span.toMs])).toEqual([["GPU-1", 0, 300]]);
    expect(reader.cards.map(({ trouble }) => trouble)).toEqual([undefined, { said, sinceMs: 400 }]);
    rows(700, 800, row(0), row(1));
    expect(reader.cards[1]!.trouble).toBeUndefined();
    expect(reader.end().map(({ card, span }) => [card.gpu, span.fromMs, span.toMs])).toEqual([
      ["GPU-0", 0, 800],
      ["GPU-1", 700, 800],
    ]);
    expect(happened).toEqual(["begins GPU-0", "begins GPU-1", "loses GPU-1", "begins GPU-1"]);
  });

  test("one value that is not told is a remark, and the card counts", () => {
    const { reader, rows } = opened();
    rows(0, 100, row(0, { busy: "[Insufficient Permissions]" }));
    expect(reader.cards[0]).toMatchObject({ trouble: undefined, remark: "Insufficient Permissions" });
    expect(reader.end()).toMatchObject([{ span: { energyJ: 10, utilization: undefined } }]);
  });

  test("a card that has no row after a restart is gone, too", () => {
    const { reader, rows, happened } = opened();
    rows(0, 100, row(0), row(1));
    reader.end();
    reader.begin(QUERY, nothing);
    rows(5_000, 5_100, row(0));
    expect(reader.cards.map(({ trouble }) => trouble?.said)).toEqual([undefined, "it has no row any more"]);
    expect(happened.filter((one) => one === "loses GPU-1")).toHaveLength(1);
  });

  test("without a UUID a row belongs to the card of its index, by the list or by the machine", () => {
    const { reader } = opened();
    reader.line(row(3, { uuid: "[N/A]" }), 0);
    expect(reader.cards[0]!.gpu).toBe("node-1/3");
    const listed = opened().reader;
    listed.listed(parseListing("GPU 3: Card (UUID: GPU-33)\n"));
    listed.line(row(3, { uuid: "[N/A]" }), 0);
    expect(listed.cards[0]!.gpu).toBe("GPU-33");
  });

  test("instances that change while it runs are those of the next events", () => {
    const { reader } = opened();
    const listing = (profiles: string) =>
      parseListing(`GPU 0: Card (UUID: GPU-0)\n  MIG ${profiles}  Device  0: (UUID: MIG-1)\n`);
    reader.begin(QUERY, listing("7g.80gb"));
    reader.line(row(0, { mig: "Enabled", busy: "[N/A]" }), 0);
    expect(reader.cards[0]).toMatchObject({ isDivided: true, parts: [{ profile: "7g.80gb", fraction: 1 }] });
    reader.listed(listing("3g.40gb"));
    expect(reader.cards[0]!.parts.map(({ profile }) => profile)).toEqual(["3g.40gb", undefined]);
  });
});
