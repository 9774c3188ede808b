/**
 * The figures of a case by name, as decimal text, counts, codes or UTC times. They stand beside a code, so that a page can tell the case
 * in its own language; the English sentence with the same figures is for the log.
 */
export type Figures = Record<string, string>;
