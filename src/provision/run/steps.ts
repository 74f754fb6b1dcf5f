import type { Clock } from "../../support/clock.ts";
import type { Report } from "./progress.ts";

/** Runs the parts of a run one after the other and tells how each goes. */
export class Steps {
  constructor(
    private readonly clock: Clock,
    private readonly report: Report,
  ) {}

  /** `work` gets a function that says what is waited for. */
  async run<T>(
    step: string,
    title: string,
    work: (waiting: (reason: string) => void) => Promise<T>,
  ): Promise<T> {
    const startMs = this.clock.now();
    const tookMs = () => this.clock.now() - startMs;
    this.report({ type: "step.start", step, title });
    try {
      const result = await work((reason) => this.report({ type: "step.progress", step, reason }));
      this.report({ type: "step.done", step, tookMs: tookMs() });
      return result;
    } catch (error) {
      this.report({ type: "step.failed", step, tookMs: tookMs(), message: (error as Error).message });
      throw error;
    }
  }
}
