/** The only way to learn the time outside `config/` and `adapters/`: handed in, so that a test or a simulated day can set it. */
export type Clock = { now(): Date };
