import { useState } from "preact/hooks";
import { localAddress, type Video } from "../video.ts";
import { Icon } from "./icon.tsx";

/** The video's picture; until there is one, or when it does not load, a quiet pattern in a colour of the video's own. */
export function Poster({ video }: { readonly video: Video }) {
  const [broken, setBroken] = useState<string | null>(null);
  const { poster } = video;
  if (poster === null || poster === broken) return <Placeholder seed={video.id} />;
  const isUpright = (video.height ?? 0) > (video.width ?? 0);
  return (
    <img
      class={isUpright ? "poster poster-upright" : "poster"}
      src={localAddress(poster)}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => {
        setBroken(poster);
      }}
    />
  );
}

export function Placeholder({ seed }: { readonly seed: string }) {
  return (
    <span class="placeholder" style={{ "--hue": hueOf(seed) }}>
      <Icon name="film" />
    </span>
  );
}

/** Green over blue to violet, in degrees of the colour circle. */
const COOL = { first: 170, width: 160 } as const;

/** The same colour for the same video, whenever it is shown, and another one for the next. */
function hueOf(seed: string): number {
  const sum = Array.from(seed).reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 100_003, 7);
  return COOL.first + ((sum * 61) % COOL.width);
}
