declare module "mpd-parser" {
  interface Playlist {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly segments: readonly { readonly resolvedUri: string; readonly duration: number }[];
  }

  interface Track {
    readonly language: string;
    readonly default: boolean;
    readonly playlists: readonly Playlist[];
  }

  interface Manifest {
    /** Seconds. */
    readonly duration: number;
    readonly playlists: readonly Playlist[];
    readonly mediaGroups: {
      readonly AUDIO: { readonly audio?: Readonly<Record<string, Track>> };
      readonly SUBTITLES: { readonly subs?: Readonly<Record<string, Track>> };
    };
  }

  /** Reads a DASH manifest as video.js does. */
  export function parse(text: string, options: { readonly manifestUri: string }): Manifest;
}
