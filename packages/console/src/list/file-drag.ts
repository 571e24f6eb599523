export interface Dropped {
  readonly files: readonly File[];
  readonly folders: number;
}

export interface FileDragHandlers {
  readonly onEnter: () => void;
  readonly onLeave: () => void;
  readonly onDrop: (dropped: Dropped) => void;
}

/** Listens to files that are dragged over the window, until the function that it returns is called. */
export function onFileDrag({ onEnter, onLeave, onDrop }: FileDragHandlers): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    onEnter();
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Otherwise the browser leaves the page and opens the file.
    event.preventDefault();
    onDrop(droppedOf(event.dataTransfer));
  };
  const leave = ({ relatedTarget }: DragEvent) => {
    // Null: the pointer left the window, not just one of its elements.
    if (relatedTarget === null) onLeave();
  };
  window.addEventListener("dragover", over, { signal });
  window.addEventListener("dragleave", leave, { signal });
  window.addEventListener("drop", drop, { signal });
  return () => {
    listening.abort();
  };
}

function droppedOf({ items, files }: DataTransfer): Dropped {
  const entries = [...items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry());
  const plain = [...files].filter((_, index) => entries[index]?.isDirectory !== true);
  return { files: plain, folders: files.length - plain.length };
}
