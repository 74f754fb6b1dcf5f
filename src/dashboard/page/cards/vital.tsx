import type { VitalLevel } from "../figures/vital-signs.ts";

type VitalProps = {
  readonly name: string;
  readonly title: string;
  readonly value: string | undefined;
  readonly detail: string;
  /** A sign without a level is a number and no judgement. */
  readonly level?: VitalLevel;
  readonly loading: boolean;
  readonly onOpen?: () => void;
  readonly action?: string;
};

const levelNames: Readonly<Record<VitalLevel, string>> = { ok: "fine", warn: "attention", bad: "trouble" };

/** One sign of how the pipeline is, with a word for its level beside the colour. */
export function Vital({ name, title, value, detail, level, loading, onOpen, action }: VitalProps) {
  const content = (
    <>
      <span class="vital-title">
        {level ? <span class={`vital-dot vital-${level}`} aria-hidden="true" /> : null}
        {title}
        {level === undefined || level === "ok" ? null : (
          <span class={`vital-level vital-${level}`}>{levelNames[level]}</span>
        )}
      </span>
      {loading ? <span class="bone bone-line" /> : <span class="vital-value">{value ?? "–"}</span>}
      <span class="vital-detail" title={detail}>
        {loading ? "\u00a0" : detail}
      </span>
    </>
  );
  return onOpen ? (
    <button
      type="button"
      class="vital vital-button"
      data-vital={name}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
      {content}
      <span class="sr-only">, {action}</span>
    </button>
  ) : (
    <div class="vital" data-vital={name}>
      {content}
    </div>
  );
}
