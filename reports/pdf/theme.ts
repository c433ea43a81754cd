/** Measures in points (1/72 inch). A4 after ISO 216. */
export const PAGE = { width: 595.28, height: 841.89, left: 48, right: 48, top: 44, bottom: 64 } as const;

/** Where content begins and ends across, and how wide it is. */
export const CONTENT = { left: PAGE.left, right: PAGE.width - PAGE.right, width: PAGE.width - PAGE.left - PAGE.right } as const;

/** Contrast of every text colour on white is at least 4.5 to 1. */
export const COLOUR = { ink: '#16202b', muted: '#55616d', accent: '#0b5c7a', rule: '#c8d0d8', band: '#eef3f6' } as const;

export const FONT_SIZE = { title: 20, heading: 10.5, body: 9, small: 7.5 } as const;
