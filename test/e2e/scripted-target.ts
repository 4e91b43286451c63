/** What the end-to-end cases with the scripted initiator share: a configuration with one target, and what its answers mean. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "../support/lunette-process.ts";
import { type Outcome, ScriptedInitiator } from "../support/scripted-initiator.ts";

export const TARGET = "iqn.2026-11.com.example.e2e:volumes";

export interface VolumeText {
  readonly name: string;
  readonly path: string;
  /** More lines of its table. */
  readonly lines?: string;
}

/** One open target with these volumes as LUN 0, 1, … */
export function configuration({ port }: Place, volumes: readonly VolumeText[], extra = "", portals?: string): string {
  return `${extra}
[[portal_group]]
tag = 1
name = "local"
portals = [${portals ?? `"127.0.0.1:${port}"`}]

${volumes.map(({ name, path, lines = "" }) => `[[volume]]\nname = "${name}"\npath = "${path}"\n${lines}\n`).join("\n")}
[[target]]
name = "volumes"
[[target.access]]
igroup = "any"
auth = "none"
${volumes.map(({ name }, lun) => `[[target.lun]]\nlun = ${lun}\nvolume = "${name}"\n`).join("\n")}`;
}

/** "good", another status, or sense key, additional sense code and qualifier (fixed format, SPC-4 4.5.3). */
export function resultOf({ status, sense }: Outcome): string {
  if (status === 0) return "good";
  if (status !== 2) return `status ${status}`;
  const hex = (at: number) => (sense[at] ?? 0).toString(16).padStart(2, "0");
  return `${(sense[2] ?? 0) & 0xf}/${hex(12)}/${hex(13)}`;
}

export const NOT_READY = /^2\/04\//;
export const MEDIUM_ERROR = /^3\//;
export const CAPACITY_CHANGED = "6/2a/09";
export const SPACE_ALLOCATION_FAILED = "7/27/07";

/** A session of which every logical unit has told its unit attention; those that are not ready are left so. */
export async function session(port: number, luns = 1): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(port);
  await initiator.login(TARGET, ["MaxRecvDataSegmentLength=262144"]);
  for (let lun = 0; lun < luns; lun++) {
    for (let attempt = 0; attempt < 4; attempt++) {
      if (!(await testUnitReady(initiator, lun)).startsWith("6/")) break;
    }
  }
  return initiator;
}

export async function testUnitReady(initiator: ScriptedInitiator, lun = 0): Promise<string> {
  return resultOf(await initiator.run([0, 0, 0, 0, 0, 0], { lun }));
}

function rw10(operation: number, lba: number, blocks: number): Buffer {
  const cdb = Buffer.alloc(10);
  cdb[0] = operation;
  cdb.writeUInt32BE(lba, 2);
  cdb.writeUInt16BE(blocks, 7);
  return cdb;
}

export async function write(initiator: ScriptedInitiator, lba: number, data: Buffer, lun = 0): Promise<string> {
  const options = { lun, write: true, expectedDataTransferLength: data.length, data };
  return resultOf(await initiator.run(rw10(0x2a, lba, data.length / 512), options));
}

export async function read(initiator: ScriptedInitiator, lba: number, bytes: number, lun = 0): Promise<Outcome> {
  return initiator.run(rw10(0x28, lba, bytes / 512), { lun, read: true, expectedDataTransferLength: bytes });
}

/** READ CAPACITY(10), in bytes. */
export async function capacity(initiator: ScriptedInitiator, lun = 0): Promise<number> {
  const { data } = await initiator.run(rw10(0x25, 0, 0), { lun, read: true, expectedDataTransferLength: 8 });
  return (data.readUInt32BE(0) + 1) * data.readUInt32BE(4);
}

/** Repeats `ask` until `accepts` its answer; every answer on the way. */
export async function until(
  ask: () => Promise<string>,
  accepts: (answer: string) => boolean,
  deadlineMs: number,
): Promise<string[]> {
  const end = performance.now() + deadlineMs;
  const answers: string[] = [];
  for (;;) {
    const answer = await ask();
    answers.push(answer);
    if (accepts(answer)) return answers;
    if (performance.now() > end) throw new Error(`after ${deadlineMs} ms: ${[...new Set(answers)].join(", ")}`);
    await sleep(100);
  }
}
