/**
 * The copy managers of the logical units (SPC-4 5.17.2): which copy operations there are. An operation belongs to the nexus
 * and the unit that its command came through, and ends with either: list identifiers are unique there (SPC-4 5.17.4.2). Running
 * ones and results that are kept are bounded together; the oldest result makes room for a new operation.
 */
import type { LunNexus } from "../nexus.ts";
import { SENSE, type Sense } from "../sense.ts";
import { CopyCommandPool } from "./copy-command.ts";
import { COPY_LIMITS } from "./copy-facts.ts";
import { CopyOperation } from "./copy-operation.ts";
import { type CopyHeader, ListIdUsage } from "./parameter-list.ts";
import { badField } from "./refusal.ts";

interface Operations {
  /** By list identifier, in the order in which they began. */
  readonly named: Map<number, CopyOperation>;
  /** Running ones whose host wants to know nothing of them (LIST ID USAGE 11b). */
  readonly anonymous: Set<CopyOperation>;
}

export class CopyManager {
  readonly commands = new CopyCommandPool();
  readonly #operations = new WeakMap<LunNexus, Operations>();

  /** A new operation; or why there can't be one: sense data, or "full" when as many as may run are running. */
  begin(lunNexus: LunNexus, { listId, format, usage, immediate }: CopyHeader): CopyOperation | Sense | "full" {
    const operations = this.#of(lunNexus);
    const { named, anonymous } = operations;
    const other = usage === ListIdUsage.None ? undefined : named.get(listId);
    if (other?.running) {
      // SPC-4 6.4.3.2: the same identifier in the other format is a mistake in the list.
      return other.format === format ? { code: SENSE.operationInProgress } : badField(format === 1 ? 0 : 20);
    }
    const running = anonymous.size + [...named.values()].filter((each) => each.running).length;
    if (running >= COPY_LIMITS.operations) return "full";
    const operation = new CopyOperation(listId, format, immediate);
    if (usage === ListIdUsage.None) {
      anonymous.add(operation);
      return operation;
    }
    named.delete(listId);
    if (named.size >= COPY_LIMITS.operations) this.#dropOldest(named);
    named.set(listId, operation);
    return operation;
  }

  /** The operation of that list identifier, running or with results that are kept. */
  find(lunNexus: LunNexus, listId: number): CopyOperation | undefined {
    return this.#operations.get(lunNexus)?.named.get(listId);
  }

  /** The operation has ended. */
  ended(lunNexus: LunNexus, operation: CopyOperation): void {
    this.#operations.get(lunNexus)?.anonymous.delete(operation);
  }

  /** Nothing of it is left to tell. */
  discard(lunNexus: LunNexus, operation: CopyOperation): void {
    this.#operations.get(lunNexus)?.named.delete(operation.listId);
  }

  /** A logical unit reset and the loss of a nexus discard the results (SPC-4 6.23 to 6.25); what runs they end before. */
  forget(lunNexus: LunNexus): void {
    for (const operation of this.#operations.get(lunNexus)?.named.values() ?? []) {
      if (!operation.running) this.discard(lunNexus, operation);
    }
  }

  /** PREEMPT AND ABORT ends every operation of a preempted nexus, as COPY OPERATION ABORT would (SPC-4 5.13.11.2.6). */
  async abortAll(lunNexus: LunNexus): Promise<void> {
    const operations = this.#operations.get(lunNexus);
    if (operations === undefined) return;
    await Promise.all([...operations.named.values(), ...operations.anonymous].map((operation) => operation.abort?.()));
  }

  #of(lunNexus: LunNexus): Operations {
    let operations = this.#operations.get(lunNexus);
    if (operations === undefined) {
      operations = { named: new Map(), anonymous: new Set() };
      this.#operations.set(lunNexus, operations);
    }
    return operations;
  }

  #dropOldest(named: Map<number, CopyOperation>): void {
    for (const [listId, operation] of named) {
      if (operation.running) continue;
      named.delete(listId);
      return;
    }
  }
}
