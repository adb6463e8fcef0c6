/** The mark of Parley. */

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M9 12h14M9 17h9" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx="22.5" cy="17" r="1.6" />
    </svg>
  );
}
