import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useDashboard } from "../dashboard.ts";

type PanelProps = {
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
  /** Where "back" leads; without it there is only closing. */
  readonly back?: { readonly label: string; readonly go: () => void };
};

/** What lies over the page, at its side or at the foot of a phone. The browser keeps focus in it, and Escape closes it. */
export function Panel({ name, title, children, back }: PanelProps) {
  const { go } = useDashboard();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => go({ panel: undefined });
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    // The dialog's own surface is what lies around its content.
    const outside = ({ target }: MouseEvent) => target === opened && close();
    opened?.addEventListener("click", outside);
    return () => {
      opened?.removeEventListener("click", outside);
      opened?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="panel"
      data-panel={name}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div class="panel-inner">
        <header class="panel-head">
          {back ? (
            <button type="button" class="button button-quiet" onClick={back.go}>
              ← {back.label}
            </button>
          ) : null}
          <h2 id={id}>{title}</h2>
          <button type="button" class="button button-icon" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        <div class="panel-body">{children}</div>
      </div>
    </dialog>
  );
}
