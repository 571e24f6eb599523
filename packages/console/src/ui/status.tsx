import type { Video } from "../video.ts";
import { STATUS_WORDS } from "../words.ts";

/** The status in a word, with a colour for those who see it. */
export function StatusMark({ video }: { readonly video: Video }) {
  return (
    <span class="status" data-testid="status" data-status={video.status}>
      {STATUS_WORDS[video.status]}
    </span>
  );
}
