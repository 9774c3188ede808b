/** A file whose text follows from the code. */
export interface GeneratedFile {
  /** Below the project's root. */
  path: string;
  text: string;
}

/** A Markdown table; cells may not break it. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`).join('\n');
