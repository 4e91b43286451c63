/**
 * All normal sessions of a reactor, by the names that RFC 7143 3.4.3 and 6.3.5 give them. Decides what a
 * login with this ISID and TSIH means: a new session, reinstatement of an old one, or an error.
 */
import type { Limits } from "../common/limits.ts";
import type { LoginResult } from "./login/login-machine.ts";
import type { Session } from "./session.ts";
import { SessionSeries } from "./session-series.ts";

const TSIH_MAX = 0xffff;

export type Verdict =
  | { readonly kind: "new" }
  /** The same initiator port logs in again with TSIH 0: the old session ends first (RFC 7143 6.3.5). */
  | { readonly kind: "reinstate"; readonly old: Session }
  | { readonly kind: "refuse"; readonly statusClass: number; readonly statusDetail: number; readonly reason: string };

export class SessionRegistry {
  readonly #byTsih = new Map<number, Session>();
  readonly #byNexus = new Map<string, Session>();
  readonly #perTarget = new Map<string, number>();
  /** What `/metrics` tells of sessions. */
  readonly series: SessionSeries;
  readonly #limits: Pick<Limits, "sessions_per_target">;
  #lastTsih = 0;

  constructor(limits: Pick<Limits, "sessions_per_target" | "session_series">) {
    this.#limits = limits;
    this.series = new SessionSeries(limits);
  }

  get all(): IterableIterator<Session> {
    return this.#byTsih.values();
  }

  get size(): number {
    return this.#byTsih.size;
  }

  /** Names one I_T nexus. */
  static nexusKey(initiatorName: string, isid: string, targetName: string, portalGroupTag: number): string {
    return `${initiatorName},i,${isid}|${targetName},t,${portalGroupTag}`;
  }

  /** RFC 7143 6.3.1 and 11.12.6, table of ISID and TSIH. */
  judge(login: LoginResult, targetName: string, portalGroupTag: number): Verdict {
    const key = SessionRegistry.nexusKey(login.initiatorName, login.isid, targetName, portalGroupTag);
    const old = this.#byNexus.get(key);
    if (login.tsih !== 0) {
      if (old === undefined || old.tsih !== login.tsih) {
        return { kind: "refuse", statusClass: 2, statusDetail: 0x0a, reason: `no session has TSIH ${login.tsih}` };
      }
      return {
        kind: "refuse",
        statusClass: 2,
        statusDetail: 0x06,
        reason: "a session here has one connection (MaxConnections=1)",
      };
    }
    if (old !== undefined) return { kind: "reinstate", old };
    const { sessions_per_target: most } = this.#limits;
    if ((this.#perTarget.get(targetName) ?? 0) >= most || this.size >= TSIH_MAX) {
      const reason = `the target has its ${most} sessions (limits.sessions_per_target)`;
      return { kind: "refuse", statusClass: 3, statusDetail: 0x02, reason };
    }
    return { kind: "new" };
  }

  /** An unused session identifying handle, never 0. */
  nextTsih(): number {
    do this.#lastTsih = (this.#lastTsih % TSIH_MAX) + 1;
    while (this.#byTsih.has(this.#lastTsih));
    return this.#lastTsih;
  }

  add(session: Session): void {
    this.#byTsih.set(session.tsih, session);
    this.#byNexus.set(session.nexusKey, session);
    this.#perTarget.set(session.targetName, (this.#perTarget.get(session.targetName) ?? 0) + 1);
    this.series.begin(session);
  }

  remove(session: Session): void {
    if (this.#byTsih.get(session.tsih) !== session) return;
    this.#byTsih.delete(session.tsih);
    this.series.end(session);
    if (this.#byNexus.get(session.nexusKey) === session) this.#byNexus.delete(session.nexusKey);
    const left = (this.#perTarget.get(session.targetName) ?? 1) - 1;
    if (left > 0) this.#perTarget.set(session.targetName, left);
    else this.#perTarget.delete(session.targetName);
  }
}
