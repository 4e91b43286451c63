/** A modal dialog: the browser keeps the focus inside, gives it back, and closes on Escape. */
import { type Child, html } from "../html.ts";
import { useEffect, useRef } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children?: Child;
}

export function Dialog({ title, close, children }: DialogProps): VNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return html`<dialog ref=${element} aria-label=${title} onClose=${close}>
    <h2>${title}</h2>
    ${children}
  </dialog>`;
}
