import type { ComponentChildren } from "preact";

interface NoticeProps {
  readonly kind: "info" | "done" | "warning" | "error";
  readonly title?: string;
  readonly children: ComponentChildren;
}

const MARKS = { info: "i", done: "✓", warning: "!", error: "×" } as const;

/** A message with its meaning in shape as well as in colour. Errors are announced at once. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "note"}>
      <span class="notice-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div class="notice-text">
        {title && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
