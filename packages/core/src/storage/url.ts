import { MEDIA_PREFIX } from "./keys.ts";

/** The public address of a key under `media/`. `PUBLIC_URL` is the app's origin, without a slash at its end. */
export function mediaUrl(key: string): string {
  if (!key.startsWith(MEDIA_PREFIX))
    throw new Error(`Only keys under ${MEDIA_PREFIX} are public, not "${key}".`);
  return `${publicUrl()}/${key}`;
}

/** The app's origin, as the outside world reaches it. */
export function publicUrl(): string {
  const origin = process.env.PUBLIC_URL;
  if (!origin) throw new Error("PUBLIC_URL is not set: give the function the app's public origin.");
  return origin;
}
