/**
 * The login phase of a connection: RFC 7143 6.3. Feeds requests to the login machine, answers with sequence numbers
 * and the TSIH, makes the session, and hands over to full feature phase.
 */
import type { EventDetails } from "../../common/events.ts";
import { BHS_LENGTH, opcode } from "../../wire/bhs.ts";
import { BufferSink, type DataSink, DISCARD } from "../../wire/framer.ts";
import { INITIATOR_OPCODE } from "../../wire/opcode.ts";
import { decodeLoginRequest, type LoginRequest } from "../../wire/pdu/login-request.ts";
import { blankLoginResponse, LOGIN_STATUS, type LoginResponse } from "../../wire/pdu/login-response.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import { add } from "../../wire/serial-number.ts";
import { CommandWindow } from "../command-window.ts";
import type { Connection, ConnectionPhase } from "../connection.ts";
import { ControlMessage } from "../control-message.ts";
import { FullFeaturePhase } from "../full-feature/full-feature-phase.ts";
import { Session } from "../session.ts";
import { countLogin, countRefusal } from "./login-counters.ts";
import { LoginMachine, type LoginOutcome, type LoginReply, type LoginResult } from "./login-machine.ts";

/** Status class of a redirection: RFC 7143 11.13.5. */
const REDIRECTION = 1;

type Completed = LoginReply & { readonly result: LoginResult };

export class LoginPhase implements ConnectionPhase {
  readonly name = "login";
  readonly #connection: Connection;
  readonly #machine: LoginMachine;
  readonly #sink = new BufferSink();
  #request: LoginRequest | undefined;
  #text: Buffer = Buffer.alloc(0);
  /** The last request that was whole. */
  #answered: LoginRequest | undefined;
  /** The last request has completed the login and the session is being made: nothing may follow before the answer. */
  #completing = false;
  /** The last answer was a refusal or a redirection, which has had its log line. */
  #refused = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    const { policy, limits, randomBytes } = connection.services;
    const { portalGroupTag } = connection.portal;
    this.#machine = new LoginMachine({ policy, limits, randomBytes, address: connection.address, portalGroupTag });
  }

  header(bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
    const code = opcode(bytes, offset);
    if (code !== INITIATOR_OPCODE.loginRequest) return this.#notALogin(code);
    if (headerLength !== BHS_LENGTH) throw ProtocolError.close("a login request with additional header segments");
    if (this.#completing) throw ProtocolError.close("a login request behind the one that completes the login");
    this.#request = decodeLoginRequest(bytes, offset);
    this.#text = Buffer.alloc(dataLength);
    return this.#sink.into(this.#text);
  }

  /** Somebody who has not sent a login request is owed no answer; within a login it is 020Bh (RFC 7143 11.13.5). */
  #notALogin(code: number): DataSink {
    const what = `operation code 0x${code.toString(16)} before the login is complete (RFC 7143 6.3)`;
    if (this.#answered === undefined || this.#completing) throw ProtocolError.close(what);
    const status = LOGIN_STATUS.invalidDuringLogin;
    this.#connection.services.counters.protocolErrors += 1;
    this.#refuse(this.#answered, status >> 8, status & 0xff, what);
    return DISCARD;
  }

  end(): void {
    const request = this.#request;
    if (request === undefined) return;
    this.#request = undefined;
    this.#answered = request;
    const outcome = this.#machine.request(request, this.#text);
    // Session reinstatement waits for the old session, so the end of a login may come later.
    if (outcome.kind === "complete") {
      this.#completing = true;
      this.#connection.hold("login", true);
      void this.#complete(request, outcome).catch((error: unknown) => this.#connection.fail(error));
    } else {
      this.#answer(request, outcome);
    }
  }

  #answer(request: LoginRequest, outcome: Exclude<LoginOutcome, { kind: "complete" }>): void {
    if (outcome.kind === "refuse")
      this.#refuse(request, outcome.statusClass, outcome.statusDetail, outcome.reason, outcome.text);
    else this.#respond(request, outcome, {}, outcome.text);
  }

  #respond(request: LoginRequest, reply: Omit<LoginReply, "text">, more: Partial<LoginResponse>, text: Buffer): void {
    const { isid, tsih, initiatorTaskTag, cmdSn } = request;
    const { transit, continues, currentStage, nextStage } = reply;
    const window = this.#connection.services.limits.command_window;
    const pdu: LoginResponse = {
      ...blankLoginResponse(),
      transit,
      continues,
      currentStage,
      nextStage,
      isid,
      tsih,
      initiatorTaskTag,
      // Login requests are immediate: they don't use up their CmdSN.
      expCmdSn: cmdSn,
      maxCmdSn: add(cmdSn, window - 1),
      ...more,
    };
    this.#connection.send(new ControlMessage(pdu, text.length > 0 ? text : undefined));
  }

  #refuse(
    request: LoginRequest,
    statusClass: number,
    statusDetail: number,
    reason: string,
    text: Buffer = Buffer.alloc(0),
  ): void {
    const { services, peer, portal } = this.#connection;
    const status = `0x${((statusClass << 8) | statusDetail).toString(16).padStart(4, "0")}`;
    countLogin(services, status);
    const fields = {
      initiator: this.#machine.initiatorName,
      peer,
      target: this.#machine.targetName,
      portal: portal.listen,
      status,
      reason,
    };
    const redirected = statusClass === REDIRECTION;
    if (!redirected) countRefusal(services, this.#machine.targetName);
    this.#record(redirected ? "login-redirected" : "login-refused", { status, reason });
    const log = services.log.limited(`login refused ${status} ${this.#connection.address} ${fields.initiator}`);
    if (redirected) log.info(fields, "login redirected");
    else log.warn(fields, "login refused");
    const reply = { transit: false, continues: false, currentStage: request.currentStage, nextStage: 0 };
    this.#respond(request, reply, { statusClass, statusDetail }, text);
    this.#refused = true;
    this.#connection.closeAfterSending(`login refused: ${reason}`);
  }

  #record(kind: "login-accepted" | "login-refused" | "login-redirected", details: EventDetails): void {
    const { services, peer, portal } = this.#connection;
    const { initiatorName: initiator, targetName: target } = this.#machine;
    const where = { portal: portal.listen, portalGroup: portal.portalGroupTag };
    services.events.record(kind, { initiator, address: peer, target, ...where, ...details });
  }

  /** The login is through: makes the session, waiting for one it reinstates, then sends the last response. */
  async #complete(request: LoginRequest, outcome: Completed): Promise<void> {
    const connection = this.#connection;
    const { services, portal } = connection;
    const { result } = outcome;
    let session: Session | undefined;
    if (result.targetName !== undefined) {
      for (;;) {
        const verdict = services.sessions.judge(result, result.targetName, portal.portalGroupTag);
        if (verdict.kind === "refuse") {
          this.#refuse(request, verdict.statusClass, verdict.statusDetail, verdict.reason);
          services.turn.end();
          return;
        }
        if (verdict.kind === "new") break;
        // RFC 7143 6.3.5: the old session ends as if its connection had failed, and nothing of it is in flight when the new one begins.
        verdict.old.connection.close("session reinstatement: the initiator logged in again");
        await verdict.old.end();
        if (connection.state !== "login" || connection.socket.destroyed) return;
      }
    }
    if (this.#full()) {
      const status = LOGIN_STATUS.outOfResources;
      const reason = `${services.limits.connections} connections are logged in (limits.connections)`;
      this.#refuse(request, status >> 8, status & 0xff, reason);
      services.turn.end();
      return;
    }
    if (result.targetName !== undefined) session = this.#makeSession(request, result, result.targetName);
    const { parameters } = result;
    connection.encoder.window = session?.window ?? new CommandWindow(request.cmdSn, services.limits.command_window);
    const phase = new FullFeaturePhase(connection, session, result);
    if (session === undefined) this.#enterDiscovery(phase, result);
    // A discovery session's TSIH names nothing that could be found again: it is not registered.
    this.#respond(request, outcome, { tsih: session?.tsih ?? services.sessions.nextTsih() }, outcome.text);
    this.#logLogin(result, session);
    countLogin(services, "success");
    // The response is the last PDU under the rules of the login phase; it is encoded before they change.
    connection.flush();
    const header = parameters.HeaderDigest === "CRC32C";
    const data = parameters.DataDigest === "CRC32C";
    connection.encoder.setDigests(header, data);
    connection.encoder.parameters = {
      maxRecvDataSegmentLength: parameters.MaxRecvDataSegmentLength,
      maxBurstLength: parameters.MaxBurstLength,
    };
    connection.framer.setDigests(header, data);
    connection.framer.setLimits(services.limits.ahs_bytes, parameters.TargetMaxRecvDataSegmentLength);
    connection.enterFullFeature(phase);
    connection.hold("login", false);
    services.turn.end();
  }

  /**
   * RFC 7143 7.4.2: a discovery session takes the place of one that the same initiator port has here. "Here" is the network portal or,
   * where a target is named, that target and portal group. It never takes the place of a normal session: it need not have proved
   * what the target asks for.
   */
  #enterDiscovery(phase: FullFeaturePhase, { initiatorName, isid }: LoginResult): void {
    const { services, socket, portal } = this.#connection;
    const named = this.#machine.targetName?.normalize("NFKC").toLowerCase();
    const here = named === undefined ? `${socket.localAddress}:${socket.localPort}` : `${named},t,${portal.portalGroupTag}`;
    phase.discoveryKey = `${initiatorName},i,${isid}|${here}`;
    for (const { phase: other } of services.connections) {
      if (other instanceof FullFeaturePhase && other.discoveryKey === phase.discoveryKey)
        other.connection.close("session reinstatement: the initiator began another discovery session");
    }
  }

  /** The portal has looked before, but many connections may have been waiting for their login at that time. */
  #full(): boolean {
    const { connections, limits } = this.#connection.services;
    let loggedIn = 0;
    for (const { phase } of connections) if (phase.name === "full-feature") loggedIn += 1;
    return loggedIn >= limits.connections;
  }

  #makeSession(request: LoginRequest, login: LoginResult, targetName: string): Session {
    const { services, portal, address } = this.#connection;
    return new Session({
      tsih: services.sessions.nextTsih(),
      targetName,
      portalGroupTag: portal.portalGroupTag,
      login,
      connection: this.#connection,
      firstCmdSn: request.cmdSn,
      windowSize: services.limits.command_window,
      device: services.device,
      registry: services.sessions,
      portalGroups: services.directory.portalGroups(targetName),
      views: services.directory.view(targetName, login.initiatorName, address),
    });
  }

  #logLogin(result: LoginResult, session: Session | undefined): void {
    // Hosts discover every few minutes: that is no event.
    if (session !== undefined) this.#record("login-accepted", { session: session.tsih });
    const { services, peer, portal } = this.#connection;
    const { parameters, authentication } = result;
    services.log.limited(`login ${result.initiatorName} ${result.targetName}`).info(
      {
        initiator: result.initiatorName,
        alias: result.initiatorAlias,
        peer,
        portal: portal.listen,
        target: result.targetName,
        tsih: session?.tsih,
        luns: session?.nexus.luns.size,
        authentication,
        parameters,
      },
      session ? "session logged in" : "discovery session logged in",
    );
  }

  beforeSend(): void {}
  answering(): void {}
  answered(): void {}
  written(): void {}

  tick(now: number): void {
    const { services, openedAt } = this.#connection;
    if (now - openedAt > services.limits.login_time_ms) {
      countLogin(services, "timeout");
      countRefusal(services, this.#machine.targetName);
      const reason = `no complete login within ${services.limits.login_time_ms} ms (limits.login_time_ms)`;
      this.#record("login-refused", { reason });
      this.#connection.close(reason);
    }
  }

  shutDown(): void {
    this.#connection.close("the target shuts down");
  }

  drop(reason: string): void {
    this.#connection.close(reason);
  }

  closed(reason: string): void {
    const { services, peer, portal, address } = this.#connection;
    // A refusal has its own line.
    if (this.#refused) return;
    services.log
      .limited(`before login ${address}`)
      .info({ peer, portal: portal.listen, initiator: this.#machine.initiatorName, reason }, "connection ended before login");
  }
}
