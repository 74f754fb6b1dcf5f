import { applyTheme, storedTheme } from "./theme.ts";

// Runs before anything is painted, so that no page flashes in the wrong colours.
applyTheme(document.documentElement, storedTheme(localStorage));
