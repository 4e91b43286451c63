/** The audit log when its disk fails: nothing is told twice, nothing that could be written is lost, and what is there stays. */
import { mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/common/limits.ts";
import { AuditLog } from "../../src/control/audit-log.ts";
import { EventFiles } from "../../src/control/event-files.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

let stateDir: string;
let failures: string[];
beforeEach(async () => {
  stateDir = await makeTemporaryFolder("audit-log");
  failures = [];
});
afterEach(() => rm(stateDir, { recursive: true }));

const FACTS = { actor: "test", method: "PUT", path: "/v1/config/limits", outcome: "applied" as const };
const BYTES = DEFAULT_LIMITS.audit_log_bytes;

function auditLog(files?: EventFiles): AuditLog {
  const onFailure = (error: Error): void => void failures.push(error.message);
  return new AuditLog({ stateDir, limits: DEFAULT_LIMITS, onFailure, ...(files === undefined ? {} : { files }) });
}
const told = async (log: AuditLog): Promise<[number, number | undefined][]> =>
  (await log.read(0)).entries.map(({ sequence, generation }) => [sequence, generation]);

it("tells an entry once that was written, and written again because the disk had not confirmed it", async () => {
  class Unconfirmed extends EventFiles {
    refusals = 1;
    override async sync(): Promise<void> {
      if (this.refusals-- > 0) throw new Error("EIO");
      await super.sync();
    }
  }
  const log = auditLog(new Unconfirmed(join(stateDir, "audit"), BYTES, "audit"));
  await log.open();
  await log.record({ ...FACTS, generation: 1 });
  await log.record({ ...FACTS, generation: 2 });
  expect(await told(log)).toEqual([
    [1, 1],
    [2, 2],
  ]);
  await log.close();
  expect(failures).toEqual(["EIO"]);
  const again = auditLog();
  await again.open();
  await again.record({ ...FACTS, generation: 3 });
  expect(await told(again)).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  await again.close();
});

it("goes on after what was there, also when that could not be read at the start", async () => {
  const first = auditLog();
  await first.open();
  await first.record({ ...FACTS, generation: 1 });
  await first.close();
  // Anything that is no file stands for a disk that fails.
  const audit = join(stateDir, "audit");
  await rename(join(audit, "audit.jsonl"), join(audit, "aside"));
  await mkdir(join(audit, "audit.jsonl"));
  const log = auditLog();
  await log.open();
  await log.record({ ...FACTS, generation: 2 });
  expect(failures).toEqual([expect.stringContaining("EISDIR"), expect.stringContaining("EISDIR")]);
  await rmdir(join(audit, "audit.jsonl"));
  await rename(join(audit, "aside"), join(audit, "audit.jsonl"));
  await log.record({ ...FACTS, generation: 3 });
  expect(await told(log)).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(log.generation).toBe(3);
  await log.close();
});

it("tries once more with its end", async () => {
  await writeFile(join(stateDir, "audit"), "");
  const log = auditLog();
  await log.open();
  await log.record({ ...FACTS, generation: 1 });
  await rm(join(stateDir, "audit"));
  await log.close();
  expect(await readFile(join(stateDir, "audit/audit.jsonl"), "utf8")).toMatch(/^\{"sequence":1,.*"generation":1\}\n$/);
});

it("counts what is in a file that it comes to late, so that the bound holds", async () => {
  const folder = join(stateDir, "late");
  await mkdir(folder);
  await writeFile(join(folder, "audit.jsonl"), `${"x".repeat(99)}\n`);
  const files = new EventFiles(folder, 300, "audit");
  await files.append([`${"y".repeat(99)}\n`]);
  expect(await readFile(join(folder, "audit.1.jsonl"), "utf8")).toMatch(/^x+\n$/);
  expect(await readFile(join(folder, "audit.jsonl"), "utf8")).toMatch(/^y+\n$/);
  await files.close();
});
