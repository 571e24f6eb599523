/** How an HLS playlist is written (RFC 8216bis, 4). */

/** Fragmented MP4 with EXT-X-MAP outside of I-frame playlists asks for version 6; Apple's tools for 7. */
const VERSION = 7;

export const head = () => ["#EXTM3U", `#EXT-X-VERSION:${VERSION}`, "#EXT-X-INDEPENDENT-SEGMENTS"];
export const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
export const quoted = (text: string) => `"${text}"`;
export const yesNo = (value: boolean) => (value ? "YES" : "NO");

export function tag(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const list = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${value}`);
  return `#${name}:${list.join(",")}`;
}
