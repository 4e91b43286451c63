/**
 * What a copy operation asks of the device server: READ(16) and WRITE(16) on behalf of the nexus that wants the copy, admitted and
 * executed like those of a host. So reservations, write protection, access states, range locks, sanitizing, full disks and the
 * checks before the backend hold for a copy without a line about them here. A pending unit attention is left for the host to hear,
 * and the order of task attributes was settled when the operation's own command was enabled (task-set.ts). They count
 * in the statistics of the unit that they read or write; EXTENDED COPY itself counts as one command without data of the medium.
 */
import { assert } from "../../common/assert.ts";
import type { DeviceServer } from "../device-server.ts";
import type { LunNexus } from "../nexus.ts";
import { type Continuation, Origin, ScsiTask, TaskState, type TaskTransport } from "../task.ts";

const READ_16 = 0x88;
const WRITE_16 = 0x8a;
const CDB_BYTES = 16;
/** Ended commands that are kept to be used again. */
const KEEP = 64;

const executeNow: Continuation = (task) => task.server.execute(task);

const TRANSPORT: TaskTransport = {
  taskDone: (task) => (task as CopyCommand).finished(),
  mayLease: () => true,
  // It waits for memory to put its data in.
  abortDataOut: (task) => {
    task.parked?.(task);
    task.settleAborted();
  },
};

export class CopyCommand extends ScsiTask {
  #resolve: (() => void) | undefined;

  constructor() {
    super(Origin.CopyCommand);
  }

  /** Resolves when the command has ended; status, sense and data are in the task then. */
  read(server: DeviceServer, unit: LunNexus, lba: number, blocks: number): Promise<void> {
    this.#prepare(server, unit, READ_16, lba, blocks);
    this.expectedDataIn = blocks * unit.lu.blockSize;
    return this.#run(server, executeNow);
  }

  /** Writes what `fill` puts into leases of the task's own. */
  write(server: DeviceServer, unit: LunNexus, lba: number, blocks: number, fill: (task: ScsiTask) => void): Promise<void> {
    this.#prepare(server, unit, WRITE_16, lba, blocks);
    const bytes = blocks * unit.lu.blockSize;
    this.expectedDataOut = bytes;
    this.dataOutLength = bytes;
    return this.#run(server, () =>
      this.lease(bytes, () => {
        fill(this);
        server.execute(this);
      }),
    );
  }

  /** Writes what another command has read: the memory changes hands, nothing is copied. */
  writeFrom(server: DeviceServer, unit: LunNexus, lba: number, blocks: number, from: CopyCommand): Promise<void> {
    this.#prepare(server, unit, WRITE_16, lba, blocks);
    const bytes = blocks * unit.lu.blockSize;
    this.expectedDataOut = bytes;
    this.dataOutLength = bytes;
    this.leases.push(...from.leases);
    from.leases.length = 0;
    return this.#run(server, executeNow);
  }

  /** The task has its result: told by the device server. */
  finished(): void {
    const resolve = this.#resolve;
    assert(resolve !== undefined, "a command of a copy operation ends once");
    this.#resolve = undefined;
    resolve();
  }

  #prepare(server: DeviceServer, unit: LunNexus, opcode: number, lba: number, blocks: number): void {
    assert(unit.nexus.luns.get(unit.lun) === unit, "a copy stays within the view of its nexus");
    this.transport = TRANSPORT;
    this.nexus = unit.nexus;
    this.lun = unit.lun;
    this.cdb.fill(0, 0, CDB_BYTES);
    this.cdb[0] = opcode;
    this.cdb.writeBigUInt64BE(BigInt(lba), 2);
    this.cdb.writeUInt32BE(blocks, 10);
    this.cdbLength = CDB_BYTES;
    this.expectedDataIn = 0;
    this.expectedDataOut = 0;
    this.arrivedAt = server.now();
  }

  #run(server: DeviceServer, then: Continuation): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      server.admit(this);
      if (this.state === TaskState.Done) {
        this.finished();
        return;
      }
      this.state = TaskState.Receiving;
      this.proceed(then);
    });
  }
}

/** Commands to be used again, so that a chunk allocates none. */
export class CopyCommandPool {
  readonly #free: CopyCommand[] = [];

  take(): CopyCommand {
    return this.#free.pop() ?? new CopyCommand();
  }

  /** Gives the command back with all memory that it still has. */
  give(command: CopyCommand, server: DeviceServer): void {
    if (command.leases.length > 0) server.pool.release(command.leases);
    command.reset();
    if (this.#free.length < KEEP) this.#free.push(command);
  }
}
