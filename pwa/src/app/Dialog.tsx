import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  /** Escape, or the back gesture of a phone. */
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}

/** Asks something over the page. The browser keeps the focus inside; afterwards it goes back to where it was. */
export function Dialog({ title, onCancel, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    const before = document.activeElement;
    shown.showModal();
    return () => {
      shown.close();
      // The browser would do so as well, were the dialog still on the page by then.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const cancel = (event: Event) => {
    event.preventDefault();
    onCancel();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={heading} onCancel={cancel}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
