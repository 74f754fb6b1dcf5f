import type { Problem } from "../data/client.ts";

type ErrorStateProps = { readonly problem: Problem; readonly onRetry?: () => void };

/** A part that could not be loaded: why, what to do, and a button to try at once. */
export const ErrorState = ({ problem, onRetry }: ErrorStateProps) => (
  <div class="error-state" role="alert">
    <strong>{problem.title}</strong>
    {problem.detail ? <p>{problem.detail}</p> : null}
    {problem.hint ? <p class="quiet">Try: {problem.hint}</p> : null}
    {onRetry ? (
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    ) : null}
  </div>
);
