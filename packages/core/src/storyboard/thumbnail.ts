/** Single pictures of a video at the distances of its storyboard, large enough to be shown on a page. */

/** The longer side, in pixels, of a video that has as many. */
const SIDE = 640;

/** Where they lie within an attempt's folder: picture n shows frame n x `framesPerTile`, as the storyboard's tile n does. */
export const THUMBNAIL_FOLDER = "thumbnails";

export function thumbnailKey(number: number): string {
  return `${THUMBNAIL_FOLDER}/${String(number).padStart(5, "0")}.jpg`;
}

/** Their size for a picture of a size: its shape, even sides, and never larger than it is. */
export function thumbnailSize(picture: { readonly width: number; readonly height: number }) {
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  return { width: even(picture.width * scale), height: even(picture.height * scale) };
}

/** The number of the picture that is nearest to a time. */
export function thumbnailAt(
  timeSeconds: number,
  { everySeconds, count }: { readonly everySeconds: number; readonly count: number },
): number {
  return Math.min(Math.max(Math.round(timeSeconds / everySeconds), 0), count - 1);
}

function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}
