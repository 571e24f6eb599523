import { CopyField } from "../ui/copy-field.tsx";
import type { Video } from "../video.ts";
import { Panel } from "./panel.tsx";

/** Where programs find what the page shows. */
export function Links({ video }: { readonly video: Video }) {
  const { id, playback } = video;
  const { origin } = location;
  return (
    <Panel title="Links">
      {playback.hls !== null && <CopyField label="HLS stream" value={playback.hls} />}
      <CopyField label="Status" value={`curl ${origin}/videos/${id}`} />
      <CopyField label="Metadata" value={`curl ${origin}/metadata/${id}`} />
    </Panel>
  );
}
