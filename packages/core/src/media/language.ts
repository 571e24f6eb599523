/**
 * A container's language (ISO 639, `eng` or `ger`, or BCP 47 already) as playlists want it (BCP 47, `en` or `de`); `und`
 * when unknown.
 */
export function languageTag(language: string | null | undefined): string {
  if (!language || !/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(language)) return "und";
  try {
    return new Intl.Locale(language).toString();
  } catch {
    return "und"; // the form is right, but no such tag can be: `en-a`
  }
}
