import { expect, test } from "bun:test";
import { Ca3Error } from "../support/errors.ts";
import { fdStream } from "./streams.ts";

const failWith = (code: string) => Object.assign(new Error(code), { code });

test("a pipe that takes a part, or nothing for a moment, gets every byte in order", () => {
  const received: number[] = [];
  let calls = 0;
  const stream = fdStream(1, expect.unreachable, (bytes) => {
    if (++calls % 2 === 0) throw failWith("EAGAIN");
    received.push(...bytes.slice(0, 3));
    return Math.min(3, bytes.length);
  });
  stream.write("größer als drei");
  expect(Buffer.from(received).toString()).toBe("größer als drei");
});

test("a reader that went away is told once and not written to again", () => {
  let closed = 0;
  let calls = 0;
  const stream = fdStream(
    1,
    () => void closed++,
    () => {
      calls++;
      throw failWith("EPIPE");
    },
  );
  stream.write("a");
  stream.write("b");
  expect({ closed, calls }).toEqual({ closed: 1, calls: 1 });
});

test("a full disk under stdout is an error a person can fix; under stderr it is nobody's", () => {
  const full = () => {
    throw failWith("ENOSPC");
  };
  expect(() => fdStream(1, () => {}, full).write("a")).toThrow(Ca3Error);
  expect(() => fdStream(2, () => {}, full).write("a")).not.toThrow();
});
