import type { Video } from "../video.ts";
import { Icon } from "./icon.tsx";

/** Why a video failed: the message for people, the code for searching. */
export function Failure({ video }: { readonly video: Video }) {
  const { error } = video;
  if (!error) return null;
  return (
    <div class="failure" data-testid="failure">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        <p class="failure-code">
          <code>{error.code}</code>
          {!error.retryable && " · another try with the same file will not help"}
        </p>
      </div>
    </div>
  );
}
