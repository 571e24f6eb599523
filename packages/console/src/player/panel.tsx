import type { ComponentChildren } from "preact";

export function Panel({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2 class="panel-title">{title}</h2>
      {children}
    </section>
  );
}
