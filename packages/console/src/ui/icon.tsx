/** Drawn on a grid of 24, in the colour of the text around them. */
const PATHS = {
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4M16 14.3h4",
  fullscreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  leaveFullscreen: "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5",
  muted: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  pause: "M7.5 5.5h2.5v13H7.5zM14 5.5h2.5v13H14z",
  play: "M8 5.5v13l11-6.5z",
  retry: "M19 12a7 7 0 1 1-2.1-5M19 4v4h-4",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5",
  upload: "M12 16V5M7.5 9.5L12 5l4.5 4.5M5 16.5V19h14v-2.5",
  volume: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  warning: "M12 4.5l8.5 15h-17zM12 10v4.5M12 17.2v.1",
} as const;

export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(["play", "pause"]);

/** A picture beside a word, or inside a button that has a label: it says nothing itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={FILLED.has(name) ? "icon icon-filled" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
