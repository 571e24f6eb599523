import { AUTO } from "./stream.ts";
import type { StreamState } from "./use-stream.ts";

/** A native menu: it works with every keyboard, finger and screen reader, in full screen too. */
export function QualityMenu({ stream }: { readonly stream: StreamState }) {
  const { qualities, chosen, playing, choose } = stream;
  if (qualities.length === 0) return null;
  const current = qualities.find(({ index }) => index === playing)?.name;
  const auto = chosen === AUTO && current !== undefined ? `Auto (${current})` : "Auto";
  return (
    <select
      class="quality"
      aria-label="Quality"
      data-testid="quality"
      value={String(chosen)}
      onChange={({ currentTarget }) => {
        choose(Number(currentTarget.value));
      }}
    >
      <option value={String(AUTO)}>{auto}</option>
      {qualities.map(({ index, name }) => (
        <option key={index} value={String(index)}>
          {name}
        </option>
      ))}
    </select>
  );
}
