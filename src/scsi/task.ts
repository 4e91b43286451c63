/**
 * One SCSI task (SAM-5 4.9): the command, its data in leased memory, and its result. Task objects are
 * recycled by the transport, so a READ allocates nothing.
 *
 *   transport fills in CDB, nexus, lengths
 *      │  DeviceServer.admit(task)     checks attention, reservation, CDB → done, or dataOutWanted
 *      │  transport fetches Data-Out   into task.leases (taken by the transport)
 *      │  DeviceServer.execute(task)   storage
 *      ▼
 *   transport.taskDone(task)           exactly once per admitted task, aborted ones too, when no I/O is left in flight
 */

import type { IoTarget } from "../backend/block-backend.ts";
import { type BufferPool, LEASE_MAX_BYTES, type Lease, type PoolWaiter } from "../backend/buffer-pool.ts";
import { assert, broken } from "../common/assert.ts";
import type { CommandDescriptor } from "./command.ts";
import type { DeviceServer } from "./device-server.ts";
import type { LunNexus, Nexus } from "./nexus.ts";
import { Hold } from "./range-locks.ts";
import { SENSE, type Sense, type SenseCode } from "./sense.ts";
import { ScsiStatus, TaskAttribute } from "./status.ts";

/** Longest CDB we take: 16 bytes in the header and the rest in an additional header segment (SPC-4 4.2.3). */
export const CDB_MAX_BYTES = 260;

/** What a task asks of whoever delivered it. */
export interface TaskTransport {
  /** The task has its result (status, sense, dataInLength) or was aborted. The transport gives the leases back when it is through with them. */
  taskDone(task: ScsiTask): void;
  /**
   * May this task take `bytes` of memory now (the share of its connection)? False: the transport calls
   * `task.retryLease()` when it may try again.
   */
  mayLease(task: ScsiTask, bytes: number): boolean;
  /** The task was aborted while the transport fetches its Data-Out: stop that, then call `task.settleAborted()`. */
  abortDataOut(task: ScsiTask): void;
}

/**
 *  idle ─admit→ admitted ─(Data-Out)→ receiving ─execute→ executing ─→ done ─recycle→ idle
 *                  └──────────────────────────────────────────────────────^  (refused at admission)
 */
export const TaskState = { Idle: 0, Admitted: 1, Receiving: 2, Executing: 3, Done: 4 } as const;
export type TaskState = (typeof TaskState)[keyof typeof TaskState];

/**
 * Who asked for a task: a host; or a copy operation, as a command to a copy source or destination or as its place in the task set of a
 * unit that it touches (third-party-copy/copy-place.ts).
 */
export const Origin = { Host: 0, CopyCommand: 1, CopyPlace: 2 } as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

export type Continuation = (task: ScsiTask) => void;

/** Someone who waits for tasks to end. */
export interface Drain {
  taskEnded(): void;
}

const failNow: Continuation = (task) => void task.fail(SENSE.internalTargetFailure);

const leavePool: Continuation = (task) => task.server.pool.cancelWait(task);

export class ScsiTask implements IoTarget, PoolWaiter {
  readonly origin: Origin;

  // Set by the transport.
  transport!: TaskTransport;
  nexus!: Nexus;
  /** -1 when the LUN field of the request names nothing we could have. */
  lun = 0;
  tag = 0;
  attribute: TaskAttribute = TaskAttribute.Simple;
  readonly cdb: Buffer = Buffer.alloc(CDB_MAX_BYTES);
  cdbLength = 0;
  /** Bytes the initiator expects to receive and to send (EDTL; 0 without the R or W bit). */
  expectedDataIn = 0;
  expectedDataOut = 0;
  /** Milliseconds of the monotonic clock at arrival. */
  arrivedAt = 0;

  // Set by admission and decoding.
  server!: DeviceServer;
  state: TaskState = TaskState.Idle;
  command: CommandDescriptor | undefined;
  /** undefined where no logical unit is mapped at `lun`. */
  lunNexus: LunNexus | undefined;
  lba = 0;
  blocks = 0;
  fua = false;
  /** Bytes of Data-Out the command needs; the transport fetches the smaller of this and expectedDataOut. */
  dataOutWanted = 0;
  /** Bytes of Data-Out that are in the leases: set by the transport before execute. */
  dataOutLength = 0;

  /** Data of the task, either direction, in pieces of LEASE_MAX_BYTES. */
  readonly leases: Lease[] = [];
  /** Memory that never reaches the transport (what VERIFY reads, …); given back when the task ends. See scratch.ts. */
  readonly scratch: Lease[] = [];
  /** What the task holds of the blocks `lba` to `lba + blocks - 1`; see range-locks.ts. */
  hold: Hold = Hold.None;
  /** What to do once the blocks are held, where the task had to wait for them. */
  onMedium: Continuation | undefined;
  /** Bytes of the medium that a command without data of their own discarded, for the counters. */
  discardedBytes = 0;

  // The result.
  status: ScsiStatus = ScsiStatus.Good;
  sense: Sense | undefined;
  /** Bytes of Data-In the command has to give, before truncation to expectedDataIn. */
  dataInLength = 0;
  aborted = false;

  // Intrusive list of the logical unit's task set; see task-set.ts. `previous` is the next younger task.
  previous: ScsiTask | undefined;
  next: ScsiTask | undefined;
  /** Not enabled: older tasks, or one at the head of the queue, come first. Set and cleared by the task set. */
  dormant = false;
  /** What a dormant task does when it is enabled, once it has nothing left to do before; see DeviceServer.whenEnabled. */
  onEnabled: Continuation | undefined;

  /**
   * Set while the task is parked (waits for memory, for a range lock, …) and nothing of it is in flight: takes
   * the task out of whatever queue it stands in. An abort calls it and ends the task.
   */
  parked: Continuation | undefined;
  /** Told of an abort while the task executes and is not parked: for a task whose I/O is that of other tasks. */
  onAbort: Continuation | undefined;
  /** Task management functions that wait for this task to end. */
  drains: Drain[] | undefined;

  // Backend requests in flight.
  pendingIo = 0;
  /** Failure with the lowest token of the requests in flight, as a negative errno, and that token. */
  ioError = 0;
  ioErrorToken = 0;
  #onIo: Continuation | undefined;
  #onLease: Continuation | undefined;
  #leaseBytes = 0;
  #inPoolQueue = false;

  constructor(origin: Origin = Origin.Host) {
    this.origin = origin;
  }

  reset(): void {
    assert(this.pendingIo === 0 && this.leases.length === 0, "a task is recycled with I/O or leases");
    this.state = TaskState.Idle;
    this.command = undefined;
    this.lunNexus = undefined;
    this.lba = 0;
    this.blocks = 0;
    this.fua = false;
    this.hold = Hold.None;
    this.onMedium = undefined;
    this.discardedBytes = 0;
    this.dataOutWanted = 0;
    this.dataOutLength = 0;
    this.status = ScsiStatus.Good;
    this.sense = undefined;
    this.dataInLength = 0;
    this.aborted = false;
    this.ioError = 0;
    this.ioErrorToken = 0;
    this.parked = undefined;
    this.onAbort = undefined;
    this.drains = undefined;
    this.#onIo = undefined;
    this.#onLease = undefined;
  }

  // ---- Backend I/O ------------------------------------------------------------------------------

  /**
   * Requests with this task as target are about to be made; `then` runs when all of them are done. Each one is counted
   * with `ioStarted` after the call (completions never come from inside it), so that the count stays true when a call throws.
   */
  beginIo(then: Continuation): void {
    assert(this.pendingIo === 0, "I/O begun over I/O");
    this.ioError = 0;
    this.#onIo = then;
  }

  ioStarted(): void {
    this.pendingIo += 1;
  }

  /**
   * Of several failures the one with the lowest token counts: tokens grow with the LBA, and hosts take everything before
   * the LBA in the sense data for transferred.
   */
  ioDone(token: number, result: number): void {
    if (result < 0 && (this.ioError === 0 || token < this.ioErrorToken)) {
      this.ioError = result;
      this.ioErrorToken = token;
    }
    this.pendingIo -= 1;
    if (this.pendingIo === 0) this.proceed(this.#onIo);
  }

  /** For commands written as async functions: makes `count` requests through `start`, resolves to 0 or the first negative errno. */
  io(count: number, start: () => void): Promise<number> {
    return new Promise((resolve) => {
      this.beginIo((task) => resolve(task.ioError));
      start();
      this.pendingIo += count;
    });
  }

  /** Next step of a command that waited: what it throws is its own internal failure, not that of whoever woke it. */
  proceed(then: Continuation | undefined): void {
    try {
      then?.(this);
    } catch (error) {
      this.server.internalError(this, error);
    }
  }

  /** A defect of ours ends the command, at once or when what it has in flight is done. */
  failInternally(): void {
    if (this.state !== TaskState.Receiving && this.state !== TaskState.Executing) return;
    if (this.pendingIo === 0) failNow(this);
    else this.#onIo = failNow;
  }

  // ---- Memory -----------------------------------------------------------------------------------

  /**
   * Leases `bytes` for the task, then runs `then`: at once where memory is free, else when it is this task's
   * turn. An aborted task that still waits is settled instead.
   */
  lease(bytes: number, then: Continuation): void {
    if (bytes === 0) {
      then(this);
      return;
    }
    this.#leaseBytes = bytes;
    this.#onLease = then;
    this.parked = leavePool;
    this.retryLease();
  }

  /** Again, when the transport has refused before. Harmless when the task waits no longer. */
  retryLease(): void {
    if (this.#onLease === undefined || this.#inPoolQueue) return;
    const pool: BufferPool = this.server.pool;
    if (!this.transport.mayLease(this, this.#leaseBytes)) return;
    if (pool.hasWaiters || !this.poolReady()) {
      this.#inPoolQueue = true;
      pool.wait(this);
    }
  }

  poolReady(): boolean {
    if (!this.server.pool.tryLease(this.#leaseBytes, this.leases)) return false;
    const then = this.#onLease;
    this.#inPoolQueue = false;
    this.#onLease = undefined;
    this.parked = undefined;
    this.proceed(then);
    return true;
  }

  /** As `lease`, for commands written as async functions. */
  leased(bytes: number): Promise<void> {
    return new Promise((resolve) => this.lease(bytes, () => resolve()));
  }

  /**
   * For small replies: leases `bytes` (at most LEASE_MAX_BYTES) of zeroes, lets `fill` write them and say how many count,
   * and ends with GOOD and what the allocation length of the CDB allows.
   */
  reply(bytes: number, allocationLength: number, fill: (out: Buffer, task: ScsiTask) => number): void {
    assert(bytes > 0 && bytes <= LEASE_MAX_BYTES, "a reply fits one lease");
    this.lease(bytes, () => {
      const out = this.leases[0]!.data;
      out.fill(0, 0, bytes);
      this.dataInLength = Math.min(fill(out, this), allocationLength);
      this.good();
    });
  }

  // ---- Results ----------------------------------------------------------------------------------

  good(): void {
    this.done();
  }

  /** CHECK CONDITION. Data of the task is dropped. */
  fail(code: SenseCode, particulars: Omit<Sense, "code"> = {}): false {
    return this.failStatus(ScsiStatus.CheckCondition, { code, ...particulars });
  }

  /** Invalid field in CDB, pointing at `byte` and, where one is meant, `bit`. */
  failCdb(byte: number, bit?: number): false {
    return this.fail(SENSE.invalidFieldInCdb, { field: { inCdb: true, byte, bit } });
  }

  /** Invalid field in parameter list. */
  failParameter(byte: number, bit?: number): false {
    return this.fail(SENSE.invalidFieldInParameterList, { field: { inCdb: false, byte, bit } });
  }

  /** Any other status than GOOD. Returns false, so that a decoder can `return task.fail…()`. */
  failStatus(status: ScsiStatus, sense?: Sense): false {
    this.status = status;
    this.sense = sense;
    this.dataInLength = 0;
    this.done();
    return false;
  }

  /** Ends an aborted task of which nothing is in flight: it was parked, or the transport stopped fetching its Data-Out. */
  settleAborted(): void {
    assert(this.aborted, "only an aborted task is settled");
    this.#inPoolQueue = false;
    this.#onLease = undefined;
    this.parked = undefined;
    this.done();
  }

  /** A reservation has come while the task stood in a queue and had not begun: it ends as admission would have ended it. */
  conflictWhileParked(): void {
    const leave = this.parked;
    if (leave === undefined || this.pendingIo !== 0 || this.aborted) return;
    leave(this);
    this.#inPoolQueue = false;
    this.#onLease = undefined;
    this.parked = undefined;
    this.failStatus(ScsiStatus.ReservationConflict);
  }

  private done(): void {
    if (this.state === TaskState.Done || this.state === TaskState.Idle) broken(`task done twice: ${this.command?.name}`);
    assert(this.pendingIo === 0, "task done with I/O in flight");
    const admission = this.state === TaskState.Admitted;
    this.state = TaskState.Done;
    if (this.scratch.length !== 0) this.server.pool.release(this.scratch);
    const tasks = this.lunNexus?.lu.tasks;
    this.server.taskEnded(this);
    // During admission the caller sees the state itself; nobody waits for a task that never was enabled.
    if (admission) return;
    this.transport.taskDone(this);
    // Now that the answer is on its way: the transport may have recycled this object.
    if (tasks !== undefined && tasks.dormant !== 0) tasks.wake();
  }
}
