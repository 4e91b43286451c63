/**
 * The commands of a copy operation to its sources and destinations: sent while nothing has ended the operation, known while they are in
 * flight, so that an end takes them along, and judged when they are through (SPC-4 5.17.7.4).
 */
import type { CommandDescriptor } from "../command.ts";
import type { DeviceServer } from "../device-server.ts";
import type { LunNexus } from "../nexus.ts";
import { type ForwardedSense, SENSE, type Sense, type SenseField } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { Condition, refusingCondition } from "../unit-condition.ts";
import type { CopyCommand } from "./copy-command.ts";
import type { CopyOperation } from "./copy-operation.ts";
import type { CopyEnd, Transfer } from "./copy-plan.ts";
import { SegmentField } from "./segment-descriptors.ts";

/** Why an operation was stopped from outside: the abort of its command, COPY OPERATION ABORT, what clears a task set, a reservation. */
export type Stop = "owner" | "operation-abort" | "cleared" | "conflict";

export type Side = "source" | "destination";

export class CopyTraffic {
  readonly #server: DeviceServer;
  readonly #own: LunNexus;
  readonly #operation: CopyOperation;
  readonly #command: CommandDescriptor;
  readonly #live = new Set<CopyCommand>();
  #stop: Stop | undefined;
  #failure: Sense | undefined;
  /** The byte of the segment where the failure was. */
  #failedAt = Number.POSITIVE_INFINITY;

  /** `command` is the one that has begun the operation. */
  constructor(server: DeviceServer, own: LunNexus, operation: CopyOperation, command: CommandDescriptor) {
    this.#server = server;
    this.#command = command;
    this.#own = own;
    this.#operation = operation;
  }

  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** What has gone wrong, without the residual: that is known once the segment has come to rest. */
  get failure(): Sense | undefined {
    return this.#failure;
  }

  get unbroken(): boolean {
    return this.#stop === undefined && this.#failure === undefined;
  }

  /** Sends nothing any more, and has what is in flight end. */
  stop(why: Stop): void {
    if (this.#stop !== undefined) return;
    this.#stop = why;
    void this.#server.abort([...this.#live]);
  }

  /** Between pieces: a turn for everybody else. false: the operation is at its end. */
  async mayGoOn(): Promise<boolean> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    // What has come meanwhile and forbids the command must not wait for its end: reservations, access states, sanitizing.
    const { permits, condition } = this.#own;
    if ((this.#command.need & ~permits) !== 0) this.stop("conflict");
    else if (condition !== Condition.None && refusingCondition(this.#command, condition) !== undefined) this.stop("cleared");
    return this.unbroken;
  }

  /** A command to be sent with `read` or `write`, and given back. */
  take(): CopyCommand {
    return this.#server.copies.commands.take();
  }

  /** Gives the command back, and the memory that it still has. */
  give(command: CopyCommand): void {
    this.#server.copies.commands.give(command, this.#server);
  }

  /**
   * Reads `blocks` for the data at byte `at` of the segment. false, here and below: it did not succeed, or the operation is at its end.
   */
  read(command: CopyCommand, transfer: Transfer, at: number, lba: number, blocks: number): Promise<boolean> {
    const unit = transfer.source.lunNexus;
    return this.#send(transfer, "source", at, command, () => command.read(this.#server, unit, lba, blocks));
  }

  /** Writes what `from` has read. */
  writeFrom(
    command: CopyCommand,
    from: CopyCommand,
    transfer: Transfer,
    at: number,
    lba: number,
    blocks: number,
  ): Promise<boolean> {
    const unit = transfer.destination.lunNexus;
    return this.#send(transfer, "destination", at, command, () => command.writeFrom(this.#server, unit, lba, blocks, from));
  }

  /** Writes a copy of `data`, which is whole blocks. */
  write(command: CopyCommand, data: Buffer, transfer: Transfer, at: number, lba: number): Promise<boolean> {
    const unit = transfer.destination.lunNexus;
    const blocks = data.length / unit.lu.blockSize;
    return this.#send(transfer, "destination", at, command, () =>
      command.write(this.#server, unit, lba, blocks, ({ leases }) => {
        let copied = 0;
        for (const lease of leases) copied += data.copy(lease.data, 0, copied);
      }),
    );
  }

  async #send(transfer: Transfer, side: Side, at: number, command: CopyCommand, send: () => Promise<void>): Promise<boolean> {
    // What lies before a failure is brought to its end, so that the host has as much of the segment as there is.
    if (this.#stop !== undefined || at > this.#failedAt) return false;
    const { lunNexus } = transfer[side];
    if (lunNexus.nexus.luns.get(lunNexus.lun) !== lunNexus) {
      this.#fail(transfer, side, at, undefined);
      return false;
    }
    this.#live.add(command);
    await send();
    this.#live.delete(command);
    if (command.aborted) {
      this.stop("cleared");
      return false;
    }
    if (command.status !== ScsiStatus.Good) {
      this.#fail(transfer, side, at, command);
      return false;
    }
    // OPERATION COUNTER wraps.
    this.#operation.commands = (this.#operation.commands + 1) & 0xffff;
    return true;
  }

  /** The failure nearest to the start of the segment counts. `command` undefined: the unit is not in the view any more. */
  #fail(transfer: Transfer, side: Side, at: number, command: CopyCommand | undefined): void {
    if (at >= this.#failedAt) return;
    this.#failedAt = at;
    const segment = transfer.segment.number;
    const field = pointTo(transfer[side], side);
    if (command === undefined) {
      this.#failure = { code: SENSE.copyTargetNotReachable, segment, field };
      return;
    }
    const descriptor = transfer[side].lunNexus.lu.state.modes.descriptorSense;
    const forwarded: ForwardedSense = { from: side, status: command.status, sense: command.sense, descriptor };
    this.#failure = { code: SENSE.thirdPartyDeviceFailure, segment, field, forwarded };
  }
}

/** The CSCD descriptor of what has failed, or where the segment names the unit that has none (SPC-4 5.17.7.4 f). */
function pointTo({ cscdAt }: CopyEnd, side: Side): SenseField {
  if (cscdAt !== undefined) return { inCdb: false, byte: cscdAt };
  return { inCdb: false, inSegment: true, byte: SegmentField[side === "source" ? "Source" : "Destination"] };
}
