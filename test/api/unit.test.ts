/** The unit of the API is as tight as that of the daemon. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`../../systemd/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => /^[A-Z]\w+=/.test(line));

/** What shuts the service in; the value may be another where the two differ in what they need. */
const SANDBOX = /^(Protect|Private|Restrict|NoNew|Capability|Ambient|Lock|SystemCall|Device|RemoveIPC|UMask|KillMode)/;
const OTHERWISE: Readonly<Record<string, string>> = {
  "SystemCallFilter=@system-service io_uring_setup io_uring_enter io_uring_register": "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged": "SystemCallFilter=~@privileged @resources",
};

describe("lunette-api.service", () => {
  const api = linesOf("lunette-api.service");

  it("has every restriction of lunette.service", () => {
    const wanted = linesOf("lunette.service").filter((line) => SANDBOX.test(line));
    expect(wanted.length).toBeGreaterThan(20);
    for (const line of wanted) expect(api).toContain(OTHERWISE[line] ?? line);
  });

  it("runs as a user of its own, which sysusers makes, in the group that may open the control socket", () => {
    expect(api).toEqual(expect.arrayContaining(["User=lunette-api", "Group=lunette", "SupplementaryGroups=lunette-api"]));
    expect(readFileSync(new URL("../../systemd/lunette.sysusers", import.meta.url), "utf8")).toMatch(/^u lunette-api /m);
  });
});
