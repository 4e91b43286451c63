/** A logical unit with its device server and no transport: tests hand it CDBs and get status, sense and data. */
import type { BlockBackend } from "../../../src/backend/block-backend.ts";
import { SlabBufferPool } from "../../../src/backend/buffer-pool.ts";
import { CheckedBackend } from "../../../src/backend/checked-backend.ts";
import { NO_EVENTS } from "../../../src/common/events.ts";
import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { LocalCoordinator } from "../../../src/scsi/coordinator.ts";
import { type CommandTable, DeviceServer } from "../../../src/scsi/device-server.ts";
import type { DurableStore } from "../../../src/scsi/durable-state.ts";
import { LogicalUnit, type LuGeometry } from "../../../src/scsi/logical-unit.ts";
import { Nexus, type TargetPort } from "../../../src/scsi/nexus.ts";
import type { Sense } from "../../../src/scsi/sense.ts";
import { type ScsiStatus, TaskAttribute } from "../../../src/scsi/status.ts";
import { ScsiTask, TaskState, type TaskTransport } from "../../../src/scsi/task.ts";
import { ModelBackend, type ModelBackendOptions } from "./model-backend.ts";

export const KiB = 1024;
export const MiB = 1024 * KiB;

export const GEOMETRY: LuGeometry = {
  blockSize: 512,
  physicalBlockSize: 4096,
  thin: true,
  readOnly: false,
  removable: false,
  maxTransferBytes: 2 * MiB,
  maxUnmapBytes: 64 * MiB,
  maxUnmapDescriptors: 16,
  maxWriteSameBytes: 4 * MiB,
  maxCompareAndWriteBlocks: 255,
  maxRegistrants: 8,
  sanitizeBytesPerSecond: Number.POSITIVE_INFINITY,
  spaceWarningPercent: 25,
};

export const TARGET_PORT: TargetPort = {
  targetName: "iqn.2026-01.test:target",
  portalGroupTag: 1,
  portName: "iqn.2026-01.test:target,t,0x0001",
  groups: [1, 2],
};

export interface UnitOptions {
  readonly sizeBytes?: number;
  readonly geometry?: Partial<LuGeometry>;
  readonly facts?: ModelBackendOptions["facts"];
  readonly writeCache?: boolean;
  /** Mapped read-only. */
  readonly readOnly?: boolean;
  /** Leaves the power-on unit attention pending. */
  readonly attentions?: boolean;
  readonly poolBytes?: number;
  readonly commands?: CommandTable;
  /** Where the unit's durable state goes; nowhere by default. */
  readonly store?: DurableStore;
}

export interface RunOptions {
  readonly dataOut?: Buffer;
  /** EDTL of a read; what fits in 1 MiB by default. */
  readonly expectedIn?: number;
  /** EDTL of a write; the length of dataOut by default. */
  readonly expectedOut?: number;
  readonly lun?: number;
  readonly nexus?: Nexus;
  /** Task attribute; simple by default. */
  readonly attribute?: TaskAttribute;
}

export interface Result {
  readonly status: ScsiStatus;
  readonly sense: Sense | undefined;
  /** As sense key, ASC, ASCQ: "5/24/00". */
  readonly code: string | undefined;
  /** What the initiator gets, cut to what it expects. */
  readonly dataIn: Buffer;
  /** Uncut length: what the residual is computed from. */
  readonly dataInLength: number;
  readonly dataOutWanted: number;
  readonly aborted: boolean;
}

export interface Running {
  readonly task: ScsiTask;
  readonly done: Promise<Result>;
  finished: boolean;
}

const hex = (value: number): string => value.toString(16).padStart(2, "0");

function resultOf(task: ScsiTask): Result {
  const { sense } = task;
  const length = task.aborted ? 0 : Math.min(task.dataInLength, task.expectedDataIn);
  return {
    status: task.status,
    sense,
    code: sense && `${sense.code.key.toString(16)}/${hex(sense.code.asc)}/${hex(sense.code.ascq)}`,
    dataIn: Buffer.concat(task.leases.map((lease) => lease.data.subarray(0, lease.capacity))).subarray(0, length),
    dataInLength: task.dataInLength,
    dataOutWanted: task.dataOutWanted,
    aborted: task.aborted,
  };
}

export class UnitUnderTest {
  readonly backend: ModelBackend;
  readonly pool: SlabBufferPool;
  readonly lu: LogicalUnit;
  readonly server: DeviceServer;
  readonly nexus: Nexus;
  readonly internalErrors: unknown[] = [];
  /** What mayLease answers. */
  mayLease = true;
  clock = 0;
  readonly #options: UnitOptions;
  #isid = 0;

  constructor(options: UnitOptions = {}) {
    this.#options = options;
    const geometry = { ...GEOMETRY, ...options.geometry };
    this.backend = new ModelBackend({
      sizeBytes: options.sizeBytes ?? 4 * MiB,
      ...(options.facts && { facts: options.facts }),
    });
    this.pool = new SlabBufferPool(new ArrayBuffer(options.poolBytes ?? 16 * MiB));
    const identity = {
      name: "volume",
      naa: Buffer.from("6001405aabbccddeeff0011223344556", "hex"),
      uuid: Buffer.from("00112233445566778899aabbccddeeff", "hex"),
      serial: "0011223344556677",
      vendor: "LUNETTE ",
      product: "VIRTUAL-DISK    ",
      revision: "0001",
    };
    // What a command promises about its requests is asserted in every test.
    const backend: BlockBackend = new CheckedBackend(this.backend, geometry.blockSize);
    this.lu = new LogicalUnit(identity, geometry, backend, options.writeCache ?? true);
    this.server = new DeviceServer({
      pool: this.pool,
      commands: options.commands ?? COMMAND_TABLE,
      coordinator: new LocalCoordinator(options.store),
      now: () => this.clock,
      events: NO_EVENTS,
      onInternalError: (_task, error) => this.internalErrors.push(error),
    });
    this.nexus = this.anotherNexus();
  }

  /** One more initiator that sees the unit as LUN 0. */
  anotherNexus(name = "iqn.2026-01.test:initiator"): Nexus {
    this.#isid += 1;
    const nexus = new Nexus(name, this.#isid.toString(16).padStart(12, "0"), TARGET_PORT);
    nexus.attach([{ lun: 0, lu: this.lu, readOnly: this.#options.readOnly ?? false }]);
    if (!this.#options.attentions) nexus.luns.get(0)!.attentions.clearAll();
    return nexus;
  }

  /** Sends one command; the result comes when the task is done. */
  start(cdb: readonly number[] | Buffer, options: RunOptions = {}): Running {
    const task = new ScsiTask();
    const dataOut = options.dataOut ?? Buffer.alloc(0);
    let settle: (result: Result) => void = () => {};
    const running: Running = { task, finished: false, done: new Promise((resolve) => (settle = resolve)) };
    const finish = (): void => {
      if (running.finished) throw new Error("a task was done twice");
      running.finished = true;
      const result = resultOf(task);
      this.pool.release(task.leases);
      settle(result);
    };
    const transport: TaskTransport = {
      taskDone: finish,
      mayLease: () => this.mayLease,
      abortDataOut: () => task.settleAborted(),
    };
    task.transport = transport;
    task.nexus = options.nexus ?? this.nexus;
    task.lun = options.lun ?? 0;
    task.attribute = options.attribute ?? TaskAttribute.Simple;
    Buffer.from(cdb).copy(task.cdb);
    task.cdbLength = Math.max(16, cdb.length);
    task.expectedDataIn = options.expectedIn ?? (options.dataOut ? 0 : MiB);
    task.expectedDataOut = options.expectedOut ?? dataOut.length;
    task.arrivedAt = this.clock;
    this.server.admit(task);
    if (task.state === TaskState.Done) finish();
    else {
      const wanted = Math.min(task.dataOutWanted, task.expectedDataOut);
      if (!this.pool.tryLease(wanted, task.leases)) throw new Error("the pool of the test is too small for its Data-Out");
      let at = 0;
      for (const lease of task.leases) at += dataOut.copy(lease.data, 0, at, Math.min(wanted, at + lease.capacity));
      task.dataOutLength = wanted;
      task.state = TaskState.Receiving;
      this.server.execute(task);
    }
    return running;
  }

  /** Sends one command and waits for its end. */
  run(cdb: readonly number[] | Buffer, options: RunOptions = {}): Promise<Result> {
    return this.start(cdb, options).done;
  }

  /** Throws unless nothing is left behind: memory, tasks, locks, defects. */
  expectIdle(): void {
    if (this.internalErrors.length > 0) throw this.internalErrors[0];
    const left = {
      leased: this.pool.leasedBytes,
      tasks: this.lu.tasks.size,
      locks: this.lu.locks.active,
      held: this.server.heldByScratchWaiters,
    };
    for (const [what, count] of Object.entries(left)) if (count !== 0) throw new Error(`${what} left: ${count}`);
  }
}

export const makeUnit = (options: UnitOptions = {}): UnitUnderTest => new UnitUnderTest(options);

/** Lets everything go on that is not waiting for the test. */
export async function settle(turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
