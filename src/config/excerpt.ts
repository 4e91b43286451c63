/**
 * The line of a TOML file that a syntax error points at, unless the line may hold a part of a secret. The text
 * can't be parsed, so what belongs to a secret is a guess, and the guess errs on the side of hiding.
 */

const SECRET = /secret/i;
const HIDDEN = "(not shown: it may hold a secret)";

const PART = String.raw`(?:[\w-]+|"[^"\\]*"|'[^']*')`;
/** A bare, quoted or dotted key and its "=" (TOML 1.0, "Keys"). */
const KEY = new RegExp(String.raw`^\s*(${PART}(?:\s*\.\s*${PART})*)\s*=`);
const HEADER = /^\s*\[{1,2}[^[\],]+\]{1,2}\s*(?:#.*)?$/;
/** A key whose value is still to come; "secret" is looked for separately. */
const VALUE_FOLLOWS = /=\s*(?:#.*)?$/;

/** Line number `line` (from 1) of `text` with a caret under `column`; or only its key, or nothing of it. */
export function excerpt(text: string, line: number, column: number): string {
  const lines = text.split(/\r?\n/);
  const written = lines[line - 1] ?? "";
  const gutter = `  ${line} | `;
  if (SECRET.test(text)) {
    if (continuesSecret(lines.slice(0, line - 1), written)) return gutter + HIDDEN;
    if (SECRET.test(written)) {
      const key = KEY.exec(written)?.[1];
      // A key that does not say "secret" may be the secret, with the two sides of "=" exchanged.
      return key !== undefined && SECRET.test(key) ? `${gutter}${key} = … ${HIDDEN}` : gutter + HIDDEN;
    }
  }
  const caret = `${" ".repeat(gutter.length - 2)}| ${" ".repeat(Math.max(0, column - 1))}^`;
  return `${gutter}${written}\n${caret}`;
}

/** True if `written` may be a later line of a value that began in the lines `above`. */
function continuesSecret(above: readonly string[], written: string): boolean {
  // Whether a string of several lines is open here can't be told by counting its quotes: one that somebody
  // forgot, or one in a comment, turns the count around. So one before this line is reason enough.
  if (above.some((line) => line.includes('"""') || line.includes("'''"))) return true;
  const previous = above.findLast((line) => line.trim() !== "") ?? "";
  if (SECRET.test(previous) && VALUE_FOLLOWS.test(previous)) return true;
  if (begins(written)) return false;
  // A line of an array belongs to the key above it.
  return SECRET.test(above.findLast(begins) ?? "");
}

const begins = (line: string): boolean => KEY.test(line) || HEADER.test(line);
