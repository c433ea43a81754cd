const WORD = 4_294_967_296;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

/**
 * Philox4x32-10: four random words from a counter of four words and a key of two, written into `out`. The same counter and key give the
 * same words on every machine, in any order and from any worker.
 * @source Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3; known answers of Random123
 */
export function philox4x32(input: { counter: Uint32Array; key: Uint32Array; out: Uint32Array }): void {
  const { counter, key, out } = input;
  let x0 = counter[0] ?? 0;
  let x1 = counter[1] ?? 0;
  let x2 = counter[2] ?? 0;
  let x3 = counter[3] ?? 0;
  let k0 = key[0] ?? 0;
  let k1 = key[1] ?? 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const low0 = Math.imul(MULTIPLIERS[0], x0) >>> 0;
    const low1 = Math.imul(MULTIPLIERS[1], x2) >>> 0;
    // The product in floating point is off by less than 2^11, and without its exact low word it is a multiple of 2^32: rounding mends it.
    const high0 = Math.floor((MULTIPLIERS[0] * x0 - low0) / WORD + 0.5);
    const high1 = Math.floor((MULTIPLIERS[1] * x2 - low1) / WORD + 0.5);
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x1 = low1;
    x3 = low0;
    k0 = (k0 + KEY_STEPS[0]) >>> 0;
    k1 = (k1 + KEY_STEPS[1]) >>> 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/**
 * A source of independent standard normal draws. `fill` writes the draws of one path: draw j of path i under one seed is always the same
 * number, however many paths or draws are asked for. Seed and path are safe integers of at least zero. Box-Muller, four draws a block.
 */
export function createNormalSource(seed: number): { fill: (path: number, draws: Float64Array) => void } {
  const key = Uint32Array.of(seed % WORD, Math.floor(seed / WORD));
  const counter = new Uint32Array(4);
  const words = new Uint32Array(4);
  return {
    fill(path, draws) {
      counter[2] = path % WORD;
      counter[3] = Math.floor(path / WORD);
      for (let start = 0; start < draws.length; start += 4) {
        counter[0] = start / 4;
        philox4x32({ counter, key, out: words });
        writePair({ draws, index: start, first: words[0] ?? 0, second: words[1] ?? 0 });
        writePair({ draws, index: start + 2, first: words[2] ?? 0, second: words[3] ?? 0 });
      }
    },
  };
}

/** Two draws by Box-Muller; what lies beyond the end of the array is dropped by it. */
function writePair({ draws, index, first, second }: { draws: Float64Array; index: number; first: number; second: number }): void {
  if (index >= draws.length) return;
  const radius = Math.sqrt(-2 * Math.log((first + 0.5) / WORD));
  const angle = (2 * Math.PI * (second + 0.5)) / WORD;
  draws[index] = radius * Math.cos(angle);
  if (index + 1 < draws.length) draws[index + 1] = radius * Math.sin(angle);
}
