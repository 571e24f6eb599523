const HINTS = [
  { keys: ["Space"], does: "plays and pauses" },
  { keys: ["←", "→"], does: "5 seconds back and on" },
  { keys: ["↑", "↓"], does: "volume" },
  { keys: ["m"], does: "mutes" },
  { keys: ["f"], does: "full screen" },
] as const;

/** What the keys do, for those who have some. */
export function KeyHints() {
  return (
    <ul class="hints" aria-label="Keys">
      {HINTS.map(({ keys, does }) => (
        <li key={does}>
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}{" "}
          {does}
        </li>
      ))}
    </ul>
  );
}
