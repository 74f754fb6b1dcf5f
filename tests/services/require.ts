import { afterAll, describe, test } from "bun:test";

/** Several brokers that end in order, on a machine that does other things too. */
const END_TIMEOUT_MS = 60_000;

/**
 * Tests that need a real service. When it cannot be had, they are skipped with the reason, in plain sight; with
 * `CA3_TEST_REQUIRE=all` (or a list of names) that is a failure instead. A service that can end ends with the suite.
 */
export async function withService<S>(
  name: string,
  obtain: () => Promise<S>,
  suite: (service: S) => void,
): Promise<void> {
  withObtained(name, await obtain().catch((error: Error) => error), suite);
}

/** The same with what was tried to be had before: the service, or why there is none. */
export function withObtained<S>(name: string, service: S | Error, suite: (service: S) => void): void {
  if (service instanceof Error) without(name, service);
  else
    describe(`with ${name}`, () => {
      if (isDisposable(service)) afterAll(() => service[Symbol.asyncDispose](), END_TIMEOUT_MS);
      suite(service);
    });
}

function without(name: string, why: Error): void {
  const wanted = process.env.CA3_TEST_REQUIRE ?? "";
  const required = wanted === "all" || wanted.split(",").includes(name);
  const title = `${name} is not to be had here: ${why.message.split("\n")[0]}`;
  if (required) {
    test(title, () => {
      throw why;
    });
  } else test.skip(title, () => {});
}

const isDisposable = (service: unknown): service is AsyncDisposable =>
  typeof service === "object" && service !== null && Symbol.asyncDispose in service;
