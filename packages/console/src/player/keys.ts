/** What a key does while a video is open. Amounts are seconds, or shares of the full volume. */
export type Command =
  | { readonly name: "toggle" | "fullscreen" | "mute" }
  | { readonly name: "seek"; readonly bySeconds: number }
  | { readonly name: "volume"; readonly by: number };

const COMMANDS: Readonly<Record<string, Command>> = {
  " ": { name: "toggle" },
  k: { name: "toggle" },
  f: { name: "fullscreen" },
  m: { name: "mute" },
  ArrowLeft: { name: "seek", bySeconds: -5 },
  ArrowRight: { name: "seek", bySeconds: 5 },
  ArrowUp: { name: "volume", by: 0.1 },
  ArrowDown: { name: "volume", by: -0.1 },
};

/** Elements that have a use of their own for some keys. A slider for time has none: its arrows mean the same. */
const OWN_KEYS: readonly { readonly selector: string; readonly keys: RegExp }[] = [
  { selector: "input:not([type=range]), textarea, select, dialog, dialog *", keys: /./ },
  { selector: "input[type=range]:not([data-seek])", keys: /^Arrow/ },
  { selector: "button, a, summary", keys: /^ $/ },
];

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The part of an element that is asked. */
interface Focused {
  readonly matches: (selector: string) => boolean;
}

/** The command of a key, or null where it belongs to the browser or to the element that has the focus. */
export function commandOf(
  { key, ctrlKey, metaKey, altKey }: KeyPress,
  focused: Focused | null,
): Command | null {
  if (ctrlKey || metaKey || altKey) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  const isTaken = OWN_KEYS.some(({ selector, keys }) => keys.test(name) && focused?.matches(selector));
  return isTaken ? null : (COMMANDS[name] ?? null);
}
