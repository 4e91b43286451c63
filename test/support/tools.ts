/**
 * What the end-to-end tests need beside Node. A tool that is missing is a failure in continuous integration, and elsewhere a
 * skip with the reason in its name, which the summary counts and repeats.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";

/** Administrators' folders are not on everybody's PATH, but their programs may be run. */
process.env["PATH"] = [...new Set([...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"])].join(delimiter);

function isInstalled(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `describe` for tests that need these programs on the PATH. */
export function describeWithTools(tools: readonly string[], name: string, body: () => void): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) {
    describe(name, body);
  } else if (process.env["CI"]) {
    test(name, () => {
      throw new Error(`not installed: ${missing.join(", ")} (Debian packages: see test/run.mjs)`);
    });
  } else {
    describe.skip(`${name} [SKIPPED, not installed: ${missing.join(", ")}]`, body);
  }
}

/** Bits of capabilities(7). */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const;

/** `describeWithTools` for tests that mount or make networks. A privilege can't be installed: without it they are skipped everywhere. */
export function describeWithPrivileges(
  capabilities: readonly (keyof typeof CAPABILITIES)[],
  tools: readonly string[],
  name: string,
  body: () => void,
): void {
  const missing = capabilities.filter(
    (capability) => ((effectiveCapabilities() >> BigInt(CAPABILITIES[capability])) & 1n) === 0n,
  );
  if (missing.length === 0) describeWithTools(tools, name, body);
  else describe.skip(`${name} [SKIPPED, not permitted to this user: ${missing.join(", ")}]`, body);
}

function effectiveCapabilities(): bigint {
  try {
    return BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
  } catch {
    return 0n;
  }
}
