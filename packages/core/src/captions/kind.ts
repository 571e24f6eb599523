/** `captions` also tell what is heard, for those who do not hear it; `forced` ones translate what all others understand. */
export const CAPTION_KINDS = ["subtitles", "captions", "forced"] as const;
export type CaptionKind = (typeof CAPTION_KINDS)[number];
