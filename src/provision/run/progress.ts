/** What a run tells while it works: for people as lines, for machines as one JSON object a line. */
export type ProgressEvent =
  | { readonly type: "step.start"; readonly step: string; readonly title: string }
  /** Why it takes long, or is tried again. */
  | { readonly type: "step.progress"; readonly step: string; readonly reason: string }
  | { readonly type: "step.done"; readonly step: string; readonly tookMs: number; readonly result?: string }
  | { readonly type: "step.failed"; readonly step: string; readonly tookMs: number; readonly message: string }
  | {
      readonly type: "resource.created" | "resource.changed" | "resource.deleted";
      readonly component: string;
      readonly name: string;
      readonly id: string;
    }
  /** An object of the deployment, or a Secret that was made for it. */
  | { readonly type: "deploy.change"; readonly what: string }
  | { readonly type: "deploy.phase"; readonly phase: string; readonly objects: number }
  | {
      readonly type: "check.done";
      readonly check: string;
      readonly outcome: string;
      readonly problems: readonly string[];
    };

export type Report = (event: ProgressEvent) => void;
