export function Brand() {
  return (
    <svg class="brand" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="brand-ground" width="32" height="32" rx="8" />
      <path
        class="brand-mark"
        d="M12.5 10.2v11.6a.8.8 0 0 0 1.2.7l9.6-5.8a.8.8 0 0 0 0-1.4l-9.6-5.8a.8.8 0 0 0-1.2.7zM5 7h3v3H5zM5 14.5h3v3H5zM5 22h3v3H5z"
      />
    </svg>
  );
}
