import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paginate } from './paginate.ts';

const ROOM = { firstPageRoom: 100, pageRoom: 200, closingHeight: 50 };

test.each([
  ['one page, where all fits', [20, 20], [[0, 2]]],
  [
    'a full page: the last row goes along with the totals',
    [40, 40],
    [
      [0, 1],
      [1, 2],
    ],
  ],
  [
    'rows over three pages',
    [60, 60, 60, 60, 60, 60],
    [
      [0, 1],
      [1, 4],
      [4, 6],
    ],
  ],
  [
    'one row that leaves no room for the totals stays, and they follow',
    [90],
    [
      [0, 1],
      [1, 1],
    ],
  ],
  [
    'a row higher than the first page comes on the second',
    [150],
    [
      [0, 0],
      [0, 1],
    ],
  ],
])('%s', (_name, rowHeights, expected) => {
  expect(paginate({ rowHeights, ...ROOM }).map(({ first, end }) => [first, end])).toEqual(expected);
});

test('for any heights: every row once and in order, nothing beyond the page, and totals below a row where one fits', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 10, max: 95 }), { minLength: 1, maxLength: 80 }), (rowHeights) => {
      const pages = paginate({ rowHeights, ...ROOM });
      expect(pages.flatMap(({ first, end }) => rowHeights.slice(first, end))).toEqual(rowHeights);
      for (const [index, { first, end }] of pages.entries()) {
        const used = rowHeights.slice(first, end).reduce((left, right) => left + right, 0);
        const closing = index === pages.length - 1 ? ROOM.closingHeight : 0;
        expect(used + closing).toBeLessThanOrEqual(index === 0 ? ROOM.firstPageRoom : ROOM.pageRoom);
      }
    }),
  );
});
