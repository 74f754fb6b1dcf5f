import { useState } from "preact/hooks";
import { useDashboard } from "../dashboard.ts";
import { applyTheme, storedTheme, storeTheme, type Theme, themes } from "../theme.ts";
import { PauseButton } from "./pause-button.tsx";
import { RangePicker } from "./range-picker.tsx";
import { StatusPill } from "./status-pill.tsx";

/** The bar that stays in sight: state of the connection, time range, pause, theme. */
export function Header({ tokenRequired }: { readonly tokenRequired: boolean }) {
  return (
    <header class="bar">
      <div class="bar-inner">
        <h1 class="brand">
          <Mark />
          <span>ca3</span>
          <span class="sr-only">: what your LLM tokens cost on your GPUs, live</span>
        </h1>
        <StatusPill />
        <RangePicker />
        <div class="bar-tools">
          <PauseButton />
          <ThemeButton />
          {tokenRequired ? <LogoutButton /> : null}
        </div>
      </div>
    </header>
  );
}

export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <rect width="24" height="24" rx="6" />
    <path d="M6 15.5V12m4 3.5v-7m4 7v-4m4 4V6" />
  </svg>
);

const themeNames: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};
const themeIcons: Readonly<Record<Theme, string>> = { system: "◐", light: "☀", dark: "☾" };

function ThemeButton() {
  const [theme, setTheme] = useState(() => storedTheme(localStorage));
  const next = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  const change = () => {
    setTheme(next);
    storeTheme(localStorage, next);
    applyTheme(document.documentElement, next);
    dispatchEvent(new Event("ca3-theme"));
  };
  return (
    <button
      type="button"
      class="button button-icon"
      data-control="theme"
      aria-label={`Colours: ${themeNames[theme]}. Change to ${themeNames[next]}`}
      title={`Colours: ${themeNames[theme]}`}
      onClick={change}
    >
      <span aria-hidden="true">{themeIcons[theme]}</span>
    </button>
  );
}

function LogoutButton() {
  const { api, loginNeeded } = useDashboard();
  const leave = async () => {
    await api.logout().catch(() => {});
    loginNeeded.set(true);
  };
  return (
    <button type="button" class="button" data-control="logout" onClick={() => void leave()}>
      Log out
    </button>
  );
}
