import { cpuSeconds, peakRssMb } from "./proc.ts";

/** What a program of the bench says about itself, or what is said about one that does not. */
export type Measured = {
  readonly events: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
};

/** Begins to measure this process; call what comes back at the end, with the number of events that were done. */
export function report(): (events: number) => void {
  const [cpu, start] = [cpuSeconds("self"), performance.now()];
  return (events) => {
    const seconds = (performance.now() - start) / 1000;
    const measured: Measured = {
      ...{ events, seconds },
      cpuSeconds: cpuSeconds("self") - cpu,
      peakMb: peakRssMb("self"),
    };
    process.stdout.write(`${JSON.stringify(measured)}\n`);
  };
}
