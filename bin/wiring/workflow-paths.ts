import { fileURLToPath } from 'node:url';

/** The module that the workflow sandbox, workers and clients all use to write failures. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** The module whose exports are the workflows. */
export const WORKFLOWS_PATH = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
