import { fileTypeFromBuffer } from "file-type";

/** How much of a file is looked at: file-type asks for no more than this. */
export const SNIFF_BYTES = 4100;

/** Containers of moving pictures whose type says `application`. */
const MEDIA_APPLICATIONS = new Set([
  "application/mxf",
  "application/ogg",
  "application/vnd.ms-asf",
  "application/vnd.rn-realmedia",
]);

/**
 * What a file certainly is instead of audio or video, in words for people; null when it may be either. ffprobe decides
 * about all that is in doubt: this only spares a task what nobody could take for a video.
 */
export async function sniffForeign(start: Uint8Array): Promise<string | null> {
  const type = await fileTypeFromBuffer(start);
  if (type && isMedia(type.mime)) return null;
  if (type) return `a file of type ${type.mime}`;
  return isText(start) ? "a text file" : null;
}

function isMedia(mime: string): boolean {
  return mime.startsWith("video/") || mime.startsWith("audio/") || MEDIA_APPLICATIONS.has(mime);
}

/** Valid UTF-8 without control characters but blanks. A character that is cut off at the end is fine. */
function isText(start: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    return !/[^\P{Cc}\t\n\r\f]/u.test(text);
  } catch (error) {
    if (error instanceof TypeError) return false; // the decoder's way to say that these bytes are no UTF-8
    throw error;
  }
}
