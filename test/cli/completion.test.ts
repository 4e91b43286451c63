import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine, VERBS } from "../../src/cli/command-line.ts";
import { completionLines } from "../../src/cli/completion.ts";
import { VOLUME } from "../../src/config/schema.ts";
import { type FakeDaemon, fakeDaemon } from "./fake-daemon.ts";

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon();
  const named = (collection: string, ...items: object[]): void =>
    void daemon.answers.set(`GET /v1/config/${collection}`, () => ({ generation: 1, items }));
  named("volumes", { id: "vm01" }, { id: "vm02" }, { id: "$(reboot)" }, { id: "a\nb" });
  named("targets", { id: "iqn.2026-11.com.example:a", name: "a" }, { id: "iqn.2026-11.com.example:b" });
  named("igroups", { id: "hosts" });
  named("portal-groups", { id: "1" }, { id: "2" });
  named("auth-groups", { id: "esx", chap: [{ user: "esx-a" }] });
});
afterEach(() => daemon.control.close());

const bash = { SHELL: "/bin/bash" };

/** As the shell asks: the words so far, the last one under the cursor. */
function complete(words: readonly string[], environment: Readonly<Record<string, string>> = bash): Promise<string[]> {
  return completionLines(VERBS, ["lunette", ...words], environment);
}
const withSocket = (words: readonly string[]): Promise<string[]> => {
  const option = words.findIndex((word) => word.startsWith("--"));
  const at = option < 0 ? words.length - 1 : option;
  return complete([...words.slice(0, at), "--socket", daemon.control.path, ...words.slice(at)]);
};

describe("words", () => {
  test("begin with the verbs, those that are hidden left out", async () => {
    const verbs = await complete([""]);
    expect(verbs).toEqual(expect.arrayContaining(["serve", "volume", "map", "completion"]));
    expect(verbs).not.toContain("man");
    expect(await complete(["vol"])).toEqual(["volume"]);
  });

  test.each([
    [
      ["volume", ""],
      ["list", "show", "create", "set", "resize", "offline", "online", "delete"],
    ],
    [
      ["volume", "o"],
      ["offline", "online"],
    ],
    [["portal", "group", "re"], ["redirect"]],
    [
      ["auth", "user", ""],
      ["add", "set", "remove"],
    ],
    [
      ["volume", "create", "x", "--create", ""],
      ["thin", "thick"],
    ],
    [
      ["volume", "create", "x", "--create", "=", "thi"],
      ["thin", "thick"],
    ],
    [["target", "allow", "t", "i", "--auth", "m"], ["mutual"]],
    [["target", "allow", "t", "i", "--auth=m"], ["--auth=mutual"]],
    [["volume", "create", "x", "--wr"], ["--write-cache"]],
    [["volume", "create", "x", "--size", "1", "--si"], []],
    [["igroup", "create", "x", "--initiators", "a", "--initiators"], ["--initiators"]],
    [["nonsense", ""], []],
    [["volume", "show", "a", ""], []],
  ])("%j is continued by %j", async (words, expected) => expect(await complete(words)).toEqual(expected));

  test("have every key of the schema as an option", async () => {
    const options = await complete(["volume", "create", "x", "--"]);
    for (const key of Object.keys(VOLUME.fields)) {
      if (key !== "name") expect(options).toContain(`--${key.replaceAll("_", "-")}`);
    }
  });
});

describe("names come from the daemon", () => {
  test.each([
    [
      ["volume", "delete", ""],
      ["vm01", "vm02"],
    ],
    [["volume", "delete", "vm02"], ["vm02"]],
    [
      ["map", "vm01", ""],
      ["a", "iqn.2026-11.com.example:b"],
    ],
    [["map", "vm01", "a", "--igroup", ""], ["hosts"]],
    [["target", "allow", "a", "h"], ["hosts"]],
    [["target", "allow", "a", "hosts", "--auth-group", ""], ["esx"]],
    [
      ["portal", "add", ""],
      ["1", "2"],
    ],
    [["auth", "user", "remove", "esx", ""], ["esx-a"]],
    [
      ["session", "kick", ""],
      ["7", "iqn.1998-01.com.vmware:esx-a"],
    ],
  ])("%j: %j, and nothing that a shell would take for more than a word", async (words, expected) => {
    expect(await withSocket(words)).toEqual(expected);
  });

  test("and where there is none, there are no names and no message", async () => {
    const out: string[] = [];
    const err: string[] = [];
    const words = ["lunette", "volume", "delete", "--socket", "/nowhere/control.sock", ""];
    const terminal = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
    expect(await runCommandLine(["--get-yargs-completions", ...words], terminal)).toBe(0);
    expect([out, err]).toEqual([[], []]);
  });
});

describe("shells", () => {
  test("bash cuts words at colons, and gets what is behind the last one", async () => {
    const words = ["session", "kick", "--socket", daemon.control.path, "iqn.1998-01.com.vmware", ":", "es"];
    expect(await complete(words)).toEqual(["esx-a"]);
    expect(await complete(words.slice(0, -1))).toEqual(["esx-a"]);
  });

  test("zsh gets descriptions, and colons of the word itself escaped", async () => {
    expect(await complete(["volume", "res"], { SHELL: "/usr/bin/zsh" })).toEqual([
      "resize:Grow a volume while hosts use it; with --force also make it smaller",
    ]);
    const words = ["session", "kick", "--socket", daemon.control.path, "iqn.1998-01.com.vmware:es"];
    expect(await complete(words, { SHELL: "/usr/bin/zsh" })).toEqual(["iqn.1998-01.com.vmware\\:esx-a"]);
  });
});
