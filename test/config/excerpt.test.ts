import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excerpt } from "../../src/config/excerpt.ts";
import { errorsOf } from "./in-memory.ts";

const HIDDEN = "(not shown: it may hold a secret)";
const HEADER = "[[auth_group.chap]]\n";

describe("a syntax error does not show the secret", () => {
  test.each([
    ["in its own line", 'secret = "hush"hush"', /secret = … \(not shown/],
    ["under a quoted key", '"mutual_secret" = "hush"hush"', /"mutual_secret" = … \(not shown/],
    ["in the second line of a string", 'secret = """\nhushhush\\q rest"""', /3 \| \(not shown/],
    ["behind the end of a string of two lines", 'secret = """\nhush"""hush', /3 \| \(not shown/],
    ["in a literal string of two lines", "secret = '''\nhush'''hush", /3 \| \(not shown/],
    ["where a line of the string has the word secret and =", 'secret = """\nhush secret\\q = hush"""', /3 \| \(not shown/],
    ["where a line of the string looks like a key", 'secret = """\nhush\\q_secret = 1"""', /3 \| \(not shown/],
    ["after quotes in a comment", '# not """ here\nsecret = """\nhush\\q"""', /4 \| \(not shown/],
    ["after a string that somebody forgot to close", 'user = """u\nsecret = """\nhush\n"""', /4 \| \(not shown/],
    ["in an array", 'secret = [\n"hush\\q"]', /3 \| \(not shown/],
    ["in the line below its key", 'secret =\n"hush"', /not shown/],
    ["in an inline table", 'x = { secret = "hush"hush" }', /2 \| \(not shown/],
    ["with the two sides exchanged", '"hush" = secret', /2 \| \(not shown/],
    ["in a comment that can't be one", "hush # the secret = 1", /2 \| \(not shown/],
  ])("%s", (_name, toml, shown) => {
    const [message = "", ...more] = errorsOf(`${HEADER}${toml}\n`);
    expect(more).toEqual([]);
    expect(message).toMatch(/not valid TOML/);
    expect(message).toMatch(shown);
    expect(message).not.toContain("hush");
  });

  test("at any line of a string of several lines, whatever the string has", () => {
    const content = fc.string({ unit: fc.constantFrom("a", " ", "=", "[", "]", "'", '"', "#", "\n", "secret"), maxLength: 30 });
    fc.assert(
      fc.property(content, content, (before, after) => {
        const text = `secret = """\n${before}hush${after}\n"""\n`;
        for (const [index] of text.split("\n").entries()) expect(excerpt(text, index + 1, 1)).not.toContain("hush");
      }),
    );
  });
});

describe("a syntax error shows a line that can't be a secret's", () => {
  test.each([
    ["in a file without secrets, also in a string of two lines", 'a = """\nb\\q"""', 2, "b\\q"],
    ["below the line of a secret", 'secret = "hush"\nuser = = "u"', 2, "user = ="],
    ["in an array below the line of a secret", 'secret = "hush"\nportals = [\n"a" "b"]', 3, '"a" "b"'],
    ["in a header below the line of a secret", 'secret = "hush"\n[[volume]]\n]', 3, "]"],
  ])("%s", (_name, text, line, shown) => {
    expect(excerpt(text, line, 1)).toContain(shown);
    expect(excerpt(text, line, 1)).not.toContain(HIDDEN);
  });
});
