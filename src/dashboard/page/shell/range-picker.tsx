import { useEffect, useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { fromInputValue, toInputValue } from "../figures/times.ts";
import { type Range, type Span, spans } from "../view/range.ts";

type Choice = "live" | Span | "all" | "custom";
const names: Readonly<Record<Choice, string>> = {
  live: "Live",
  ...(Object.fromEntries(Object.entries(spans).map(([span, { label }]) => [span, label])) as Record<
    Span,
    string
  >),
  all: "All",
  custom: "Custom",
};
const choiceOf = (range: Range): Choice => (range.kind === "last" ? range.span : range.kind);

/** Chooses the time range: buttons where there is room, a list on a phone, two times for a custom one. */
export function RangePicker() {
  const { view, go, now } = useDashboard();
  const { range } = useCell(view);
  const [opened, setOpened] = useState(range.kind === "custom");
  useEffect(() => setOpened(range.kind === "custom"), [range]);
  const chosen = opened ? "custom" : choiceOf(range);
  const choose = (choice: Choice) => {
    if (choice === "custom") return setOpened(true);
    setOpened(false);
    go({ range: choice === "live" || choice === "all" ? { kind: choice } : { kind: "last", span: choice } });
  };
  return (
    <div class="range">
      <fieldset class="segments range-buttons">
        <legend class="sr-only">Time range</legend>
        {(Object.keys(names) as Choice[]).map((choice) => (
          <label key={choice} class="segment">
            <input
              type="radio"
              name="range"
              value={choice}
              checked={choice === chosen}
              onChange={() => choose(choice)}
            />
            <span>{names[choice]}</span>
          </label>
        ))}
      </fieldset>
      <label class="range-list">
        <span class="sr-only">Time range</span>
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value as Choice)}>
          {(Object.keys(names) as Choice[]).map((choice) => (
            <option key={choice} value={choice}>
              {names[choice]}
            </option>
          ))}
        </select>
      </label>
      {opened ? (
        <CustomRange range={range} nowMs={now()} onApply={(custom) => go({ range: custom })} />
      ) : null}
    </div>
  );
}

type CustomRangeProps = {
  readonly range: Range;
  readonly nowMs: number;
  readonly onApply: (range: Range) => void;
};

function CustomRange({ range, nowMs, onApply }: CustomRangeProps) {
  const shown = range.kind === "custom" ? range : { fromMs: nowMs - 3_600_000, toMs: nowMs };
  const [from, setFrom] = useState(toInputValue(shown.fromMs));
  const [to, setTo] = useState(toInputValue(shown.toMs));
  useEffect(() => {
    setFrom(toInputValue(shown.fromMs));
    setTo(toInputValue(shown.toMs));
  }, [range]);
  const fromMs = fromInputValue(from);
  const toMs = fromInputValue(to);
  const valid = fromMs !== undefined && toMs !== undefined && fromMs < toMs;
  return (
    <form
      class="custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onApply({ kind: "custom", fromMs, toMs });
      }}
    >
      <label>
        From{" "}
        <input type="datetime-local" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        to <input type="datetime-local" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <span class="quiet">UTC</span>
      <button type="submit" class="button button-accent" disabled={!valid}>
        Show
      </button>
      {valid ? null : (
        <span class="form-problem" role="alert">
          The start must be before the end.
        </span>
      )}
    </form>
  );
}
