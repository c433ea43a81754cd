/** Which rows of a table stand on which page, and whether the closing block has its place on the last one. */
export type PageRows = { readonly first: number; readonly end: number };

/**
 * Breaks a table over pages. Rows are never cut. The closing block (totals, payment) stays whole, and where it moves to a new page
 * the last row goes with it, unless it would leave its own page empty.
 * Heights are in points; a row higher than a page stands alone on one.
 */
export function paginate(input: {
  rowHeights: readonly number[];
  /** Room for rows on the first page and on every later one. */
  firstPageRoom: number;
  pageRoom: number;
  closingHeight: number;
}): readonly PageRows[] {
  const { rowHeights, firstPageRoom, pageRoom, closingHeight } = input;
  const pages: PageRows[] = [];
  let first = 0;
  let room = firstPageRoom;
  for (const [index, height] of rowHeights.entries()) {
    if (height > room && (index > first || pages.length === 0)) {
      pages.push({ first, end: index });
      first = index;
      room = pageRoom;
    }
    room -= height;
  }
  const end = rowHeights.length;
  if (closingHeight <= room) return [...pages, { first, end }];
  const lastRow = Math.max(first, end - 1);
  return lastRow === first ? [...pages, { first, end }, { first: end, end }] : [...pages, { first, end: lastRow }, { first: lastRow, end }];
}
