/** A fenced block of a Markdown page: its language (`sh`, `console`, ...) and its lines. */
export interface CodeBlock {
  language: string;
  text: string;
}

/** The fenced code blocks of a page, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** The commands of a `sh` block, without comments. */
export function commandsOf({ text }: CodeBlock): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
