// Adds to package-lock.json the optional packages of other platforms that a partial registry leaves out when npm writes the lock.
// `npm ci` compares the lock with what package.json asks for on every platform, and refuses a lock without them.
// Run after each `npm install`: node deploy/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
const SYSTEMS = new Set(['darwin', 'linux', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony']);
const SYSTEM_ALIASES = { windows: 'win32', macos: 'darwin' };
const PROCESSORS = new Set(['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32']);
const PROCESSOR_ALIASES = { ppc64le: 'ppc64', loongarch64: 'loong64' };

const lock = JSON.parse(readFileSync(file, 'utf8'));
let added = 0;
for (const [where, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = where === '' ? `node_modules/${name}` : `${where}/node_modules/${name}`;
    if (lock.packages[nested] !== undefined || lock.packages[`node_modules/${name}`] !== undefined) continue;
    const parts = name.split(/[-/@.]/);
    const os = parts.map((part) => SYSTEM_ALIASES[part] ?? part).filter((part) => SYSTEMS.has(part));
    const cpu = parts.map((part) => PROCESSOR_ALIASES[part] ?? part).filter((part) => PROCESSORS.has(part));
    if (os.length === 0 && cpu.length === 0) throw new Error(`${name} names neither system nor processor: add it to the lock by hand`);
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[~^]/, ''),
      optional: true,
      ...(cpu.length === 0 ? {} : { cpu: [...new Set(cpu)] }),
      ...(os.length === 0 ? {} : { os: [...new Set(os)] }),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stderr.write(`${added} packages of other platforms added to the lock\n`);
