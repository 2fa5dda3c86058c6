// The product's mark: a quay and a gate.
export function Mark({ size, water }: { size: number; water?: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <g fill="currentColor">
        <rect x="12" y="14" width="40" height="7" rx="1.5" />
        <rect x="15" y="21" width="8" height="23" />
        <rect x="41" y="21" width="8" height="23" />
        <rect x="9" y="44" width="46" height="6" rx="1.5" />
      </g>
      <rect x="28.5" y="27" width="7" height="17" fill="#5cc4cf" />
      {water ? <path d="M7 56c4-4 8-4 12 0s8 4 12 0 8-4 12 0 8 4 14 0" fill="none" stroke="#5cc4cf" strokeWidth="4" strokeLinecap="round" /> : null}
    </svg>
  );
}
