import { useEffect, useState } from "preact/hooks";
import { useModel } from "../model.ts";
import { LIST_ADDRESS } from "../route.ts";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { onFileDrag, type Dropped } from "./file-drag.ts";

/** Files can be dropped anywhere: the zone is the window, and shows itself while files are dragged over it. */
export function DropZone() {
  const { uploads } = useModel();
  const [isOver, setOver] = useState(false);
  const [hint, setHint] = useState<string | null>(null);
  useEffect(() => {
    const take = ({ files, folders }: Dropped) => {
      setOver(false);
      setHint(folders > 0 ? "Folders cannot be uploaded. Drop the files that are in them." : null);
      if (files.length === 0) return;
      uploads.add(files);
      location.hash = LIST_ADDRESS;
    };
    return onFileDrag({
      onDrop: take,
      onEnter: () => {
        setOver(true);
      },
      onLeave: () => {
        setOver(false);
      },
    });
  }, [uploads]);
  return (
    <>
      {isOver && (
        <div class="drop" data-testid="drop-zone">
          <Icon name="upload" />
          <p>Drop to upload</p>
        </div>
      )}
      <Notice text={hint} />
    </>
  );
}
