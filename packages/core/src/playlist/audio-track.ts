import type { EncodedAudio } from "../task/contract.ts";
import { nameTracks } from "./names.ts";

type Track = Pick<EncodedAudio, "language" | "title" | "purpose">;

/** What a menu adds to the name of a language. */
const NOTES: Readonly<Record<Track["purpose"], string>> = {
  main: "",
  description: " (audio description)",
  clarity: " (clear speech)",
  commentary: " (commentary)",
};

/** What players call each track of sound. */
export function nameSounds(audio: readonly Track[]): string[] {
  return nameTracks(audio, ({ purpose }) => NOTES[purpose], "Audio");
}

/**
 * Which tracks a player may choose by itself. Never a commentary, and of those that are alike in all that it looks at
 * only the first (RFC 8216bis, 4.4.6.1.1).
 */
export function areSelectable(audio: readonly Track[]): boolean[] {
  const kind = ({ language, purpose }: Track) => `${language} ${purpose}`;
  return audio.map(
    (track, index) =>
      index === 0 ||
      (track.purpose !== "commentary" && audio.findIndex((other) => kind(other) === kind(track)) === index),
  );
}
