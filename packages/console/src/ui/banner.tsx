import { useModel } from "../model.ts";
import { Icon } from "./icon.tsx";

/** Says that the page shows old news, and why. It goes away by itself when the API answers again. */
export function Banner() {
  const model = useModel();
  const message = model.outage.value;
  return (
    <div class="banner-place" role="alert">
      {message !== null && (
        <div class="banner" data-testid="outage">
          <Icon name="warning" />
          <p>
            <strong>{message}</strong> {model.library.value ? "What you see may be out of date." : ""} Trying
            again by itself.
          </p>
          <button type="button" class="button button-small" onClick={() => void model.refresh()}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
