/** Unit attention conditions (SAM-5 5.14): what there is to report, in which order, and when it is cleared. */

/** Additional sense codes reported with sense key UNIT ATTENTION. A lower `rank` is reported first (SAM-5 5.14.2: power on or reset before all others). */
export interface Attention {
  readonly asc: number;
  readonly ascq: number;
  readonly rank: number;
  readonly text: string;
}

const attention = (asc: number, ascq: number, rank: number, text: string): Attention =>
  Object.freeze({ asc, ascq, rank, text });

export const ATTENTION = {
  powerOn: attention(0x29, 0x01, 0, "power on occurred"),
  busReset: attention(0x29, 0x02, 1, "SCSI bus reset occurred"),
  deviceReset: attention(0x29, 0x03, 1, "bus device reset function occurred"),
  nexusLoss: attention(0x29, 0x07, 2, "I_T nexus loss occurred"),
  mediumMayHaveChanged: attention(0x28, 0x00, 3, "not ready to ready change, medium may have changed"),
  modeParametersChanged: attention(0x2a, 0x01, 3, "mode parameters changed"),
  reservationsPreempted: attention(0x2a, 0x03, 3, "reservations preempted"),
  reservationsReleased: attention(0x2a, 0x04, 3, "reservations released"),
  registrationsPreempted: attention(0x2a, 0x05, 3, "registrations preempted"),
  accessStateChanged: attention(0x2a, 0x06, 3, "asymmetric access state changed"),
  capacityChanged: attention(0x2a, 0x09, 3, "capacity data has changed"),
  logParametersChanged: attention(0x2a, 0x02, 3, "log parameters changed"),
  softThresholdReached: attention(0x38, 0x07, 4, "thin provisioning soft threshold reached"),
  commandsClearedByAnother: attention(0x2f, 0x00, 3, "commands cleared by another initiator"),
  timestampChanged: attention(0x2a, 0x10, 3, "timestamp changed"),
  deviceIdentifierChanged: attention(0x3f, 0x05, 4, "device identifier changed"),
  reportedLunsChanged: attention(0x3f, 0x0e, 4, "reported LUNs data has changed"),
} as const;

/** Pending conditions of one I_T_L nexus, each at most once, in order of rank and then of arrival. Bounded by the table above. */
export class UnitAttentionQueue {
  readonly #pending: Attention[] = [];

  get empty(): boolean {
    return this.#pending.length === 0;
  }

  get size(): number {
    return this.#pending.length;
  }

  get first(): Attention | undefined {
    return this.#pending[0];
  }

  /** A reset of rank 0 or 1 makes everything before it moot: it replaces what is pending (SAM-5 5.14.2). */
  establish(condition: Attention): void {
    if (condition.rank <= 1) this.#pending.length = 0;
    if (this.#pending.includes(condition)) return;
    let at = this.#pending.length;
    while (at > 0 && this.#pending[at - 1]!.rank > condition.rank) at -= 1;
    this.#pending.splice(at, 0, condition);
  }

  /** Takes the condition that is reported now. */
  shift(): Attention | undefined {
    return this.#pending.shift();
  }

  clear(condition: Attention): void {
    const at = this.#pending.indexOf(condition);
    if (at >= 0) this.#pending.splice(at, 1);
  }

  clearAll(): void {
    this.#pending.length = 0;
  }
}
