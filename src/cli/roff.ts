/** Man pages in mdoc (mdoc(7)): the few macros that are used here, and the escapes without which roff would take text for its own. */

/** Text of a line. "\" begins an escape, and "." or "'" at the beginning a macro; "-" would become a hyphen that nobody can copy. */
export function text(words: string): string {
  const escaped = words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replaceAll("…", "...")
    .replaceAll("`", "")
    .replace(
      /[^\x20-\x7e]/gu,
      (character) => `\\[u${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** One argument of a macro: quoted, because words such as "Op" would be macros themselves. */
export const argument = (word: string): string => `"${text(word)}"`;

/** An entry of a list: `.It Xo … .Xc` takes any number of macro lines as its head. */
export const entry = (head: readonly string[], body: readonly string[]): string[] => [".It Xo", ...head, ".Xc", ...body];

export const list = (entries: readonly (readonly string[])[]): string[] =>
  entries.length === 0 ? [] : [".Bl -tag -width Ds", ...entries.flat(), ".El"];

/** What is typed or shown as it is. */
export const example = (lines: readonly string[]): string[] => [".Bd -literal -offset indent", ...lines.map(text), ".Ed"];

export function page(title: string, section: number, name: string, what: string, body: readonly string[]): string {
  return `${[
    '.\\" Made by "lunette man" from the definitions of the command line and the configuration: change those.',
    // No date: a page is that of the version it comes with, and is the same whenever it is made.
    ".Dd $Mdocdate$",
    `.Dt ${title} ${section}`,
    ".Os Lunette",
    ".Sh NAME",
    `.Nm ${name}`,
    `.Nd ${text(what)}`,
    ...body,
  ].join("\n")}\n`;
}
