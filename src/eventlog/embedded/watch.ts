/** Calls `look` every `ms` while at least one consumer wants it; keeps the process alive meanwhile. */
export function createWatch(look: () => void, ms: number) {
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    /** Starts watching until the returned function is called. */
    watch(): () => void {
      watchers += 1;
      timer ??= setInterval(look, ms);
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
