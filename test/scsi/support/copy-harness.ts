/** A second logical unit beside the one of scsi-harness.ts, for commands that know of several. */
import { CheckedBackend } from "../../../src/backend/checked-backend.ts";
import { LogicalUnit, type LuGeometry } from "../../../src/scsi/logical-unit.ts";
import type { LunNexus, Nexus } from "../../../src/scsi/nexus.ts";
import { copy, cscd, listLid1, segment } from "./copy-lists.ts";
import { ModelBackend } from "./model-backend.ts";
import { GEOMETRY, MiB, makeUnit, type Result, type Running, type UnitOptions, type UnitUnderTest } from "./scsi-harness.ts";

export interface AnotherUnitOptions {
  readonly sizeBytes?: number;
  readonly geometry?: Partial<LuGeometry>;
  readonly writeCache?: boolean;
  readonly readOnly?: boolean;
  /** The nexuses that see it; that of the first unit by default. */
  readonly seenBy?: readonly Nexus[];
}

export interface AnotherUnit {
  readonly lu: LogicalUnit;
  readonly backend: ModelBackend;
}

/** One more unit of the same device server. */
export function addUnit(unit: UnitUnderTest, lun: number, options: AnotherUnitOptions = {}): AnotherUnit {
  const geometry = { ...GEOMETRY, ...options.geometry };
  const backend = new ModelBackend({ sizeBytes: options.sizeBytes ?? 4 * MiB });
  const identity = {
    ...unit.lu.identity,
    name: `volume-${lun}`,
    naa: Buffer.concat([unit.lu.identity.naa.subarray(0, 15), Buffer.of(lun)]),
    uuid: Buffer.alloc(16, lun),
    serial: `serial-${lun}`,
  };
  const lu = new LogicalUnit(identity, geometry, new CheckedBackend(backend, geometry.blockSize), options.writeCache ?? true);
  for (const nexus of options.seenBy ?? [unit.nexus]) {
    nexus.attach([{ lun, lu, readOnly: options.readOnly ?? false }]);
    nexus.luns.get(lun)!.attentions.clearAll();
  }
  return { lu, backend };
}

export const named = (lu: LogicalUnit, pad = false): Buffer =>
  cscd({ designator: lu.identity.naa, pad, blockLength: lu.blockSize });

/** Every block differs from every other, and from that of another seed. */
export function pattern(bytes: number, seed: number): Buffer {
  const out = Buffer.alloc(bytes, Buffer.from(Array.from({ length: 251 }, (_, at) => at)));
  for (let at = 0; at < bytes; at += 512) out.writeUInt32BE(((seed << 24) | (at / 512)) >>> 0, at);
  return out;
}

/** Two units of one nexus, LUN 0 and LUN 1, with different contents. CSCD descriptor 0 names the first, 1 the second. */
export class CopyPair {
  readonly unit: UnitUnderTest;
  readonly other: AnotherUnit;
  readonly cscds: readonly Buffer[];

  constructor(first: UnitOptions = {}, second: AnotherUnitOptions = {}, pads: readonly [boolean, boolean] = [false, false]) {
    this.unit = makeUnit(first);
    this.other = addUnit(this.unit, 1, second);
    this.unit.backend.preset(pattern(this.unit.backend.sizeBytes, 1));
    this.other.backend.preset(pattern(this.other.backend.sizeBytes, 2));
    this.cscds = [named(this.unit.lu, pads[0]), named(this.other.lu, pads[1])];
  }

  get own(): LunNexus {
    return this.unit.nexus.luns.get(0)!;
  }

  start(list: Buffer): Running {
    return this.unit.start(copy.lid1(list.length), { dataOut: list });
  }

  run(list: Buffer): Promise<Result> {
    return this.start(list).done;
  }

  /** EXTENDED COPY(LID1) of these segments, with the descriptors of both units. */
  copy(...segments: Parameters<typeof segment>[0][]): Promise<Result> {
    return this.run(this.list(...segments));
  }

  list(...segments: Parameters<typeof segment>[0][]): Buffer {
    return listLid1(this.cscds, segments.map(segment));
  }

  expectIdle(): void {
    this.unit.expectIdle();
    if (this.other.lu.tasks.size !== 0) throw new Error(`tasks left at the second unit: ${this.other.lu.tasks.size}`);
  }
}
