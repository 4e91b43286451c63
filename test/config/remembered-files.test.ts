/** What a load has read stands for the files in the next one, and for no longer than that. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { FileFacts } from "../../src/config/file-facts.ts";
import { RememberedFiles } from "../../src/config/remembered-files.ts";
import { inMemory } from "./in-memory.ts";

const SECRET = "/etc/lunette/secret";

it("is not read again unless it is forgotten, and the next load knows it too", () => {
  const reads: string[] = [];
  const files = inMemory({ [SECRET]: "the secret of a host" });
  const below: FileFacts = {
    ...files,
    withOpen: (file, use) => {
      reads.push(file);
      return files.withOpen(file, use);
    },
  };
  const read = (from: RememberedFiles): string => from.withOpen(SECRET, (opened) => opened.text());
  const first = new RememberedFiles(below);
  read(first);
  const second = new RememberedFiles(below, first);
  read(second);
  read(new RememberedFiles(below, second));
  expect(reads).toEqual([SECRET]);
  read(new RememberedFiles(below, second, new Set([SECRET])));
  expect(reads).toEqual([SECRET, SECRET]);
});

it("does not keep the loads before it in memory: there is one for each change", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const files = inMemory({});
  let last = new RememberedFiles(files);
  const first = new WeakRef(last);
  for (let change = 0; change < 3; change += 1) last = new RememberedFiles(files, last);
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(first.deref()).toBeUndefined();
  expect(last.mode("/nowhere")).toBeUndefined();
});
