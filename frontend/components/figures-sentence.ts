/** The places for figures in a sentence, such as `covered`. */
export const placesOf = (sentence: string): string[] => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] as string);

/** The figures a code's sentence has places for; null where there is no such sentence, or a figure is missing: then the code is told without them. */
export function figuresSentence(sentences: Record<string, string>, code: string, figures: Record<string, string>): Record<string, string> | null {
  const sentence = sentences[code];
  if (sentence === undefined) return null;
  const values: Record<string, string> = {};
  for (const place of placesOf(sentence)) {
    const value = figures[place];
    if (value === undefined || value === '') return null;
    values[place] = value;
  }
  return values;
}
