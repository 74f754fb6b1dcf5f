/** Light or dark by the reader's word, else as the system says. */
export type Theme = "system" | "light" | "dark";
export const themes: readonly Theme[] = ["system", "light", "dark"];

const KEY = "ca3-theme";

/** The choice of an earlier visit; a browser that keeps nothing gets the system's. */
export function storedTheme(storage: Pick<Storage, "getItem">): Theme {
  try {
    return themes.find((one) => one === storage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

export function storeTheme(storage: Pick<Storage, "setItem">, theme: Theme): void {
  try {
    storage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Puts the theme where the style sheets look for it. */
export function applyTheme(root: HTMLElement, theme: Theme): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}
