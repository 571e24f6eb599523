import { useRef } from "preact/hooks";
import { useModel } from "../model.ts";
import { Icon } from "../ui/icon.tsx";

/** Browsers do not know every container as a video. Anything can still be chosen: the pipeline is the judge. */
const ACCEPT = "video/*,.mkv,.mov,.avi,.mxf,.ts,.m2ts,.mpg,.mpeg,.wmv,.flv,.webm,.ogv,.3gp";

export function UploadButton({ label }: { readonly label: string }) {
  const { uploads } = useModel();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button button-primary" onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={ACCEPT}
        data-testid="file-input"
        onChange={({ currentTarget }) => {
          uploads.add([...(currentTarget.files ?? [])]);
          // The same file can be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}
