import { useId } from "preact/hooks";
import { percent, size, timeLeft } from "../format.ts";
import { useModel } from "../model.ts";
import { useAction } from "../ui/action.ts";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { Placeholder } from "../ui/poster.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { Upload, UploadStage } from "../upload/upload.ts";

const STAGE_WORDS: Readonly<Record<UploadStage, string>> = {
  queued: "Waiting for its turn",
  creating: "Preparing",
  sending: "Uploading",
  sent: "Uploaded, about to start",
  failed: "Upload stopped",
};

/** A file on its way from this tab. */
export function UploadCard({ upload }: { readonly upload: Upload }) {
  const titleId = useId();
  const { fileName, stage, error, videoId, key } = upload;
  return (
    <article
      class="card"
      data-testid="upload-card"
      data-stage={stage}
      data-video-id={videoId ?? ""}
      aria-labelledby={titleId}
    >
      <div class="card-open">
        <span class="card-picture">
          <Placeholder seed={key} />
        </span>
      </div>
      <div class="card-body">
        <h2 id={titleId} class="card-title" title={fileName}>
          <bdi>{fileName}</bdi>
        </h2>
        <p class="card-meta">
          <span class="status" data-status={stage === "failed" ? "failed" : "processing"}>
            {STAGE_WORDS[stage]}
          </span>
        </p>
        <UploadProgress upload={upload} />
        <Notice text={error} />
        <UploadActions upload={upload} />
      </div>
    </article>
  );
}

function UploadProgress({ upload }: { readonly upload: Upload }) {
  const { fileName, sizeBytes, sentBytes, bytesPerSecond, stage } = upload;
  const share = sizeBytes > 0 ? Math.min(sentBytes / sizeBytes, 1) : 0;
  const speed = stage === "sending" ? bytesPerSecond : null;
  const facts = [
    `${size(sentBytes)} of ${size(sizeBytes)}`,
    speed !== null ? `${size(speed)}/s` : null,
    speed !== null && speed > 0 ? timeLeft((sizeBytes - sentBytes) / speed) : null,
  ].filter((fact) => fact !== null);
  return (
    <div class="progress">
      <ProgressBar label={`Upload of ${fileName}`} value={share} />
      <p class="progress-words">
        <span class="progress-facts">{facts.join(" · ")}</span>
        <span class="progress-percent">{percent(share)}</span>
      </p>
    </div>
  );
}

function UploadActions({ upload }: { readonly upload: Upload }) {
  const { uploads } = useModel();
  const action = useAction();
  const { key, fileName, stage } = upload;
  if (stage === "sent") return null;
  const isFailed = stage === "failed";
  return (
    <div class="card-foot">
      <span />
      <div class="actions">
        {isFailed && (
          <button
            type="button"
            class="button button-small"
            aria-label={`Retry the upload of ${fileName}`}
            onClick={() => {
              uploads.retry(key);
            }}
          >
            <Icon name="retry" />
            Retry
          </button>
        )}
        <button
          type="button"
          class="button button-small"
          aria-label={`${isFailed ? "Remove" : "Cancel"} the upload of ${fileName}`}
          onClick={() => {
            action.run(() => uploads.cancel(key));
          }}
        >
          <Icon name="close" />
          {isFailed ? "Remove" : "Cancel"}
        </button>
      </div>
    </div>
  );
}
