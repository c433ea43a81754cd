import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../program.ts';

const REQUEST =
  '{"prices":{"dates":["2026-03-02","2026-03-03","2026-03-04","2026-03-05","2026-03-06"],"series":{"GAS":[10,11,9,12,8]}},' +
  '"positions":{"GAS":1000},"returns":"absolute","confidence":[0.95],"methods":["historical","parametric"]}';

describe('the risk commands', () => {
  let folder = '';
  let lines: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'energyopti-risk-'));
    lines = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = 0;
  });

  async function run(words: readonly string[], content: string): Promise<{ code: unknown; output: string }> {
    const file = path.join(folder, 'input.json');
    writeFileSync(file, content);
    lines = [];
    await createProgram().parseAsync(['node', 'energyopti', ...words, file]);
    return { code: process.exitCode, output: lines.join('') };
  }

  it('gives risk as JSON numbers', async () => {
    const { code, output } = await run(['risk', 'compute'], REQUEST);
    expect(code).toBe(0);
    // OpenETRM's golden figures: type7 3700, parametric 5114.057755.
    expect(JSON.parse(output)).toMatchObject({
      historical: { '0.95': { var: { type7: expect.closeTo(3_700, 9) } }, overlapping: false },
      parametric: { '0.95': { varZeroMean: expect.closeTo(5_114.057755, 6) } },
      provenance: { seed: null, codeVersion: expect.stringMatching(/^risk-engine\/\S+ energyopti-pro\/\S+ sources\/[0-9a-f]{16}$/) },
    });
  });

  it('verifies what it recorded, and refuses a record with another figure', async () => {
    const { output } = await run(['risk', 'compute', '--record'], REQUEST);
    const verified = await run(['verify', 'risk'], output);
    expect([verified.code, JSON.parse(verified.output)]).toMatchObject([0, { verified: true }]);
    const refused = await run(['verify', 'risk'], output.replace(/"sd":(\d)/, '"sd":9$1'));
    expect([refused.code, JSON.parse(refused.output)]).toMatchObject([1, { code: 'risk.verify.differs', field: '/result/parametric/sd' }]);
  });

  it('ends with 1 and one refusal a line', async () => {
    const { code, output } = await run(['risk', 'compute'], REQUEST.replace('[10,', '[0,').replace('"absolute"', '"relative"'));
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ code: 'risk.prices.nonPositive', field: '/prices/series/GAS/0' });
  });
});
