import { useState } from "preact/hooks";
import { useModel } from "../model.ts";
import { isSettled, type Video } from "../video.ts";
import type { Action } from "./action.ts";
import { Confirm } from "./confirm.tsx";
import { Icon, type IconName } from "./icon.tsx";

interface VideoActionsProps {
  readonly video: Video;
  readonly action: Action;
  /** Called when the video is gone. */
  readonly onDeleted: () => void;
}

/** What can be done with a video in its status. */
export function VideoActions({ video, action, onDeleted }: VideoActionsProps) {
  const model = useModel();
  const { id, status } = video;
  const canRetry = status === "failed" || status === "canceled";
  return (
    <div class="actions">
      {canRetry && (
        <ActionButton verb="Retry" icon="retry" {...{ video, action }} onClick={() => model.retry(id)} />
      )}
      {!isSettled(video) && (
        <ActionButton verb="Cancel" icon="close" {...{ video, action }} onClick={() => model.cancel(id)} />
      )}
      {isSettled(video) && <DeleteButton {...{ video, action, onDeleted }} />}
    </div>
  );
}

interface ActionButtonProps {
  readonly verb: string;
  readonly icon: IconName;
  readonly video: Video;
  readonly action: Action;
  readonly onClick: () => Promise<void>;
}

function ActionButton({ verb, icon, video, action, onClick }: ActionButtonProps) {
  return (
    <button
      type="button"
      class="button button-small"
      aria-label={`${verb} ${video.title}`}
      aria-disabled={action.isBusy}
      onClick={() => {
        action.run(onClick);
      }}
    >
      <Icon name={icon} />
      {verb}
    </button>
  );
}

function DeleteButton({ video, action, onDeleted }: VideoActionsProps) {
  const model = useModel();
  const [isAsking, setAsking] = useState(false);
  const remove = async (): Promise<void> => {
    await model.remove(video.id);
    model.announce(`${video.title} was deleted.`);
    onDeleted();
  };
  return (
    <>
      <button
        type="button"
        class="button button-small button-quiet"
        aria-label={`Delete ${video.title}`}
        title="Delete"
        aria-disabled={action.isBusy}
        onClick={() => {
          setAsking(true);
        }}
      >
        <Icon name="trash" />
      </button>
      {isAsking && (
        <Confirm
          title="Delete this video?"
          confirmLabel="Delete"
          onConfirm={() => {
            action.run(remove);
          }}
          onClose={() => {
            setAsking(false);
          }}
        >
          <bdi class="confirm-subject">{video.title}</bdi> The uploaded file, every rendition and the poster
          are deleted for good. Links to them stop working.
        </Confirm>
      )}
    </>
  );
}
