import { Icon } from "./icon.tsx";

/** What went wrong with something that a person just asked for. */
export function Notice({ text }: { readonly text: string | null }) {
  if (text === null) return null;
  return (
    <p class="notice" role="alert">
      <Icon name="warning" />
      {text}
    </p>
  );
}
