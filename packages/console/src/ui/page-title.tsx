import type { ComponentChildren } from "preact";

export const PAGE_TITLE_ID = "page-title";

/** The heading of the view: where the focus goes when the view changes, so that a screen reader says where it is. */
export function PageTitle({ children }: { readonly children: ComponentChildren }) {
  return (
    <h1 id={PAGE_TITLE_ID} class="page-title" tabIndex={-1}>
      {children}
    </h1>
  );
}

export function focusPageTitle(): void {
  document.getElementById(PAGE_TITLE_ID)?.focus({ preventScroll: true });
}
