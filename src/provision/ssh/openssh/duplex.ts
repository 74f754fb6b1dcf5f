import { Duplex } from "node:stream";
import type { PipedProgram } from "../../../support/exec.ts";

/** A program's input and output as a stream; `failure` says what its end means when it was not asked for. */
export function duplexOf(program: PipedProgram, failure: () => Error): Duplex {
  const pieces = program.output[Symbol.asyncIterator]();
  const duplex = new Duplex({
    read() {
      pieces.next().then(
        ({ done, value }) => void duplex.push(done ? null : value),
        (error: Error) => duplex.destroy(error),
      );
    },
    write(piece: Uint8Array, _encoding, done) {
      program.write(piece).then(() => done(), done);
    },
    final(done) {
      program.end();
      done();
    },
    destroy(error, done) {
      program.kill();
      done(error);
    },
  });
  void program.exited.then(({ code }) => {
    if (code !== 0 && code !== undefined && !duplex.destroyed) duplex.destroy(failure());
  });
  return duplex;
}
