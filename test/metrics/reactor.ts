/** A reactor in this process, with a volume in memory and a target that lets everybody in. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { CheckedBackend } from "../../src/backend/checked-backend.ts";
import { MemoryBackend } from "../../src/backend/memory-backend.ts";
import type { EventDetails, EventKind } from "../../src/common/events.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/common/limits.ts";
import type { Logger } from "../../src/common/logger.ts";
import { ConfigurationFacts } from "../../src/metrics/configuration-facts.ts";
import { Metrics } from "../../src/metrics/metrics.ts";
import type { MetricsSource } from "../../src/metrics/metrics-source.ts";
import { Reactor } from "../../src/reactor.ts";
import { LocalCoordinator } from "../../src/scsi/coordinator.ts";
import { LogicalUnit } from "../../src/scsi/logical-unit.ts";
import { LOGIN_STATUS } from "../../src/wire/pdu/login-response.ts";
import { GEOMETRY } from "../scsi/support/scsi-harness.ts";
import { type Family, parseExposition } from "./exposition.ts";

export const TARGET = "iqn.2026-11.com.example:metrics";
const MiB = 1024 * 1024;

export interface ReactorFixture {
  readonly port: number;
  readonly reactor: Reactor;
  readonly source: MetricsSource;
  readonly metrics: Metrics;
  readonly unit: LogicalUnit;
  readonly events: { readonly kind: EventKind; readonly details: EventDetails }[];
  scrape(): Promise<Map<string, Family>>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const quiet = (): Logger => {
  const line = (): void => {};
  const lines = { trace: line, debug: line, info: line, warn: line, error: line, fatal: line };
  return { ...lines, limited: () => lines } as unknown as Logger;
};

export function aUnit(name: string): LogicalUnit {
  const identity = {
    name,
    naa: Buffer.from("6001405aabbccddeeff0011223344556", "hex"),
    uuid: Buffer.from("00112233445566778899aabbccddeeff", "hex"),
    serial: "0011223344556677",
    vendor: "LUNETTE ",
    product: "VIRTUAL-DISK    ",
    revision: "0001",
  };
  return new LogicalUnit(identity, GEOMETRY, new CheckedBackend(new MemoryBackend({ sizeBytes: 4 * MiB }), 512), true);
}

export async function startReactor(changed: Partial<Limits> = {}): Promise<ReactorFixture> {
  const limits: Limits = { ...DEFAULT_LIMITS, buffer_bytes: 32 * MiB, ...changed };
  const events: ReactorFixture["events"] = [];
  const unit = aUnit("disk");
  const reactor = new Reactor({
    limits,
    log: quiet(),
    coordinator: new LocalCoordinator(),
    events: { record: (kind, details) => events.push({ kind, details }) },
    policy: {
      decide: ({ targetName }) =>
        targetName === undefined || targetName === TARGET
          ? { kind: "admitted", auth: "none", credentials: undefined, target: undefined }
          : {
              kind: "refused",
              statusClass: LOGIN_STATUS.notFound >> 8,
              statusDetail: LOGIN_STATUS.notFound & 0xff,
              reason: "no",
            },
    },
    directory: {
      discover: () => [],
      view: () => [{ lun: 0, lu: unit, readOnly: false }],
      portalGroups: (name) => (name === TARGET ? [1] : []),
    },
  });
  reactor.units.set("disk", unit);
  const port = await freePort();
  await reactor.listen([{ portalGroupTag: 1, host: "127.0.0.1", port, listen: `127.0.0.1:${port}` }]);
  const { units, services, pool, ring } = reactor;
  const configuration = new ConfigurationFacts();
  const source = {
    version: "1.2.3",
    units,
    services,
    pool,
    ring,
    configuration,
    generation: () => 0,
    events: { unwritten: 0 },
  };
  const metrics = new Metrics(source);
  return {
    port,
    reactor,
    source,
    metrics,
    unit,
    events,
    async scrape() {
      let text = "";
      for await (const piece of metrics.scrape()) text += piece;
      return parseExposition(text);
    },
    async close() {
      await reactor.drain(0);
      await reactor.close();
    },
  };
}
