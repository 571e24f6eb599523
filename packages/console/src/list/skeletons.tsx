/** The shape of what is to come, while the first answer is on its way. */
export function Skeletons() {
  return (
    <div class="grid" role="status" aria-label="Loading the videos" data-testid="loading">
      {["a", "b", "c", "d"].map((key) => (
        <div key={key} class="card skeleton">
          <span class="card-picture" />
          <div class="card-body">
            <div class="skeleton-line" />
            <div class="skeleton-line skeleton-short" />
          </div>
        </div>
      ))}
    </div>
  );
}
