import { constants } from "node:os";
import { expect, test } from "vitest";
import { BackendError, classifyErrno, ERRNO, errnoName } from "../../src/backend/backend-error.ts";

test("errno numbers agree with those of this system", () => {
  for (const [name, number] of Object.entries(ERRNO)) {
    const known = (constants.errno as Record<string, number>)[name];
    if (known !== undefined) expect([name, number]).toEqual([name, known]);
  }
});

test.each([
  ["ENOSPC", "no-space"],
  ["EDQUOT", "no-space"],
  ["EIO", "medium"],
  ["EILSEQ", "medium"],
  ["EREMOTEIO", "medium"],
  ["EINVAL", "medium"],
  ["ENODEV", "not-ready"],
  ["ENXIO", "not-ready"],
  ["ESTALE", "not-ready"],
  ["EOPNOTSUPP", "unsupported"],
  ["EROFS", "read-only"],
] as const)("%s is a failure of kind %s, whichever sign it has", (name, kind) => {
  expect(classifyErrno(ERRNO[name])).toBe(kind);
  expect(classifyErrno(-ERRNO[name])).toBe(kind);
  expect(errnoName(-ERRNO[name])).toBe(name);
});

test("an unknown errno is a medium error, because data was not moved", () => {
  expect(classifyErrno(-999)).toBe("medium");
  expect(errnoName(-999)).toBe("errno 999");
});

test("BackendError carries path, code and positive errno", () => {
  const error = new BackendError("/x", -28, "is full");
  expect(error).toMatchObject({ name: "BackendError", code: "ENOSPC", errno: 28, path: "/x", message: "/x: is full" });
});
