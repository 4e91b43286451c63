/** Hosts beside the one that a test is about: they log in where they may, take what comes, and log out when they are asked to. */
import type { TargetStatus } from "../../src/control/service.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ASYNC_EVENT } from "../../src/wire/pdu/async-message.ts";
import { blankLogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";

/** Of the same portal group. */
const PORTAL_GROUP = 1;

export class BystandingHosts {
  readonly #port: number;
  readonly #live = new Set<ScriptedInitiator>();
  #logins = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** One more session to each target that lets everybody in without a proof; one that is redirected does not come. */
  async logIn({ targets }: { readonly targets: readonly TargetStatus[] }): Promise<void> {
    for (const { iqn, portalGroups, access, luns, sessions } of targets) {
      const open = access.length > 0 && access.every(({ igroup, auth }) => igroup === "any" || auth === "none");
      if (!open || !portalGroups.includes(PORTAL_GROUP) || luns.length === 0 || sessions > 2) continue;
      const host = await ScriptedInitiator.connect(this.#port);
      this.#logins++;
      const names = [`InitiatorName=iqn.2026-11.com.example.varied:bystander-${this.#logins}`, `TargetName=${iqn}`];
      const { pdu } = await host.loginRequest(names);
      if (pdu.statusClass === 0 && pdu.nextStage === 3) void this.#stay(host);
      else host.close();
    }
  }

  async #stay(host: ScriptedInitiator): Promise<void> {
    this.#live.add(host);
    while (!host.closed) {
      const received = await host.receive(60_000);
      if (received?.pdu.opcode !== TARGET_OPCODE.asyncMessage || received.pdu.event !== ASYNC_EVENT.logoutRequest) continue;
      host.send({ ...blankLogoutRequest(), initiatorTaskTag: host.nextTag(), cmdSn: host.cmdSn, expStatSn: host.expStatSn });
    }
    this.#live.delete(host);
  }

  close(): void {
    for (const host of this.#live) host.close();
  }
}
