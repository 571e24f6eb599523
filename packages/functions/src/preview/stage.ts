/** Where and how long a source is shown. Keys are relative to the attempt's folder. */
export interface Stage {
  /** Stores a segment, or what comes before the segments. */
  readonly store: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly storePlaylist: (key: string, text: string) => Promise<void>;
  /** Says that the playlist under a key can be played. False when the attempt has no use for it: then all of it ends. */
  readonly announce: (key: string) => Promise<boolean>;
  /** Whether the attempt is still the video's. Asked again and again, because nobody can stop a function. */
  readonly isWanted: () => Promise<boolean>;
  /** Whether the time is over. */
  readonly isLate: () => boolean;
  /** Milliseconds of a clock. */
  readonly now: () => number;
}
