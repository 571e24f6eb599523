import { useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
}

/** A line to copy. Where the browser gives no clipboard (an origin that is not secure) the text is selected instead. */
export function CopyField({ label, value }: CopyFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [answer, setAnswer] = useState("");
  const copy = async (): Promise<void> => {
    input.current?.select();
    setAnswer((await copied(value)) ? "Copied" : "Selected: copy it with the keyboard");
  };
  return (
    <div class="copy">
      <label class="copy-label">
        {label}
        <input
          ref={input}
          class="copy-value"
          readOnly
          value={value}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
      </label>
      <button
        type="button"
        class="button button-small"
        aria-label={`Copy ${label}`}
        onClick={() => void copy()}
      >
        <Icon name={answer === "Copied" ? "check" : "copy"} />
        Copy
      </button>
      <span class="copy-answer" role="status">
        {answer}
      </span>
    </div>
  );
}

async function copied(value: string): Promise<boolean> {
  // Missing on origins that are not secure, whatever the types say.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (!clipboard) return false;
  try {
    await clipboard.writeText(value);
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotAllowedError") return false;
    throw error;
  }
}
