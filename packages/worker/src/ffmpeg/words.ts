/**
 * An argument list written as one reads it. The literal text is split at its spaces; a value is never split, whatever is
 * in it, so a path with spaces stays one argument.
 *
 * @example words`-i file:${path} -c:v ${codec}` // ["-i", "file:/a b", "-c:v", "libx264"]
 */
export function words(literals: TemplateStringsArray, ...values: readonly (string | number)[]): string[] {
  const text = literals.reduce((before, literal, index) => `${before}\0${index - 1}\0${literal}`);
  const restore = (word: string) =>
    word.replaceAll(/\0(\d+)\0/g, (_, index: string) => String(values[Number(index)]));
  return text.split(/\s+/).filter(Boolean).map(restore);
}
