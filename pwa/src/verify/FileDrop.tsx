import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface FileDropProps {
  readonly label: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ComponentChildren;
}

/**
 * The part of the page that takes files. They may be dropped anywhere on it: beside the mark a browser would leave the
 * page and open the file. Whoever has no mouse chooses them with a button inside.
 */
export function FileDrop({ label, onFiles, children }: FileDropProps) {
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const show = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      const files = [...event.dataTransfer.files];
      if (files.length > 0) take.current(files);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false); // out of the window, not from one part to another
    };
    addEventListener("dragover", show, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("drop", drop, { signal });
    return () => leaving.abort();
  }, []);

  return (
    <section class={over ? "inputs over" : "inputs"} aria-label={label}>
      {children}
    </section>
  );
}
