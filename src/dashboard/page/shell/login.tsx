import { useState } from "preact/hooks";
import { useDashboard } from "../dashboard.ts";
import { type Problem, problemFrom } from "../data/client.ts";
import { Mark } from "./header.tsx";

/** Asks for the access token of a server that is open to other machines. */
export function Login() {
  const { api, restart } = useDashboard();
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<Problem | undefined>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.login(token);
      restart();
    } catch (error) {
      setProblem(problemFrom(error));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="login-card" onSubmit={(event) => void submit(event)}>
        <Mark />
        <h1>Log in to ca3</h1>
        <p class="quiet">This server shows its figures to those who know its access token.</p>
        <label for="token">Access token</label>
        <input
          id="token"
          type="password"
          autocomplete="current-password"
          required
          value={token}
          aria-invalid={problem !== undefined}
          aria-describedby="login-help"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <p id="login-help" class={problem ? "form-problem" : "quiet"} role={problem ? "alert" : undefined}>
          {problem ? sentenceOf(problem) : "It is the value of CA3_API_TOKEN where the server was started."}
        </p>
        <button type="submit" class="button button-accent" disabled={busy || token === ""}>
          {busy ? "Logging in" : "Log in"}
        </button>
      </form>
    </main>
  );
}

function sentenceOf({ status, title, detail, retryAfterS }: Problem): string {
  if (status === 401) return "This is not the token. Try again.";
  if (status === 429) return `Too many tries. Wait ${Math.ceil(retryAfterS ?? 12)} s and try again.`;
  return detail ?? title;
}
