/** The language is the source's word: only a plain tag of BCP 47 is passed on, since anything else could be markup. */
export function isLanguage(language: string): boolean {
  return language !== "und" && /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(language);
}
