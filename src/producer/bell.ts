/** Lets one side sleep until the other has something: `wait` resolves at the next `ring`, or at once after one. */
export function createBell(): { wait(): Promise<void>; ring(): void } {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    wait: () =>
      new Promise((resolve) => {
        if (rung) {
          rung = false;
          resolve();
        } else wake = resolve;
      }),
    ring: () => {
      if (wake === undefined) {
        rung = true;
        return;
      }
      const waiting = wake;
      wake = undefined;
      waiting();
    },
  };
}
