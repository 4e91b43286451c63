/** What the sidecar needs to know before it listens: `[api]` as the daemon has it, what the command line says otherwise, and what the files hold. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../common/logger.ts";
import { apiAddressFault, isLoopback, parseAddress } from "../config/address.ts";
import type { Values } from "../config/field.ts";
import type { PortalAddress } from "../config/model.ts";
import type { API } from "../config/schema.ts";
import type { TlsFiles } from "./app.ts";
import type { ApiBounds } from "./bounds.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { Problem } from "./problems.ts";

/** As GET /v1/config/api answers: the names of lunette.toml. */
export type ApiTable = Values<typeof API.fields>;

/** A start that can't succeed until somebody changes something; the message says what. */
export class SettingsError extends Error {}

export interface Settings {
  readonly address: PortalAddress;
  readonly tls: TlsFiles | undefined;
  readonly requestsPerSecond: number;
}

/** Asks until the daemon answers: it may be started after the sidecar. Says once what it waits for. @throws SettingsError, AbortError */
export async function askForSettings(
  client: DaemonClient,
  { daemon_retry_ms }: Pick<ApiBounds, "daemon_retry_ms">,
  log: Logger,
  signal: AbortSignal,
): Promise<ApiTable> {
  for (let told = false; ; told = true) {
    try {
      return (await client.ask({ method: "GET", path: "/v1/config/api", caller: null })).body as ApiTable;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.type !== "daemon-unavailable")
        throw new SettingsError(`the daemon does not tell the settings of the API: ${error.message}`);
      if (!told) log.info({ reason: error.message }, "waiting for the daemon");
    }
    await sleep(daemon_retry_ms, undefined, { signal });
  }
}

/** @param listen instead of the table's @throws SettingsError */
export function settingsOf(table: ApiTable, listen: string = table.listen, read: (file: string) => Buffer = readPem): Settings {
  const fault = apiAddressFault(listen);
  if (fault !== undefined) throw new SettingsError(`listen is "${listen}": it must be ${fault}`);
  if (listen === "off")
    throw new SettingsError('api.listen is "off": set it to an address in lunette.toml, or give one with --listen');
  const parsed = parseAddress(listen);
  if (!parsed.ok) throw new SettingsError(`listen is "${listen}": it must be ${parsed.wanted}`);
  const tls = tlsOf(table, read);
  const { address } = parsed;
  if (tls === undefined && !isLoopback(address.host) && !table.plain_http)
    throw new SettingsError(
      `without TLS the API listens on loopback only, and ${listen} is none: API keys would cross the network readable. ` +
        "Set api.tls_cert and api.tls_key, or api.plain_http = true where something else encrypts.",
    );
  return { address, tls, requestsPerSecond: table.requests_per_second };
}

/** The certificate files as they are now. @throws SettingsError */
export function tlsOf(table: ApiTable, read: (file: string) => Buffer = readPem): TlsFiles | undefined {
  const { tls_cert, tls_key, client_ca } = table;
  if (tls_cert === undefined && tls_key === undefined) {
    if (client_ca !== undefined)
      throw new SettingsError("api.client_ca is set without TLS: set api.tls_cert and api.tls_key too");
    return undefined;
  }
  if (tls_cert === undefined || tls_key === undefined)
    throw new SettingsError(
      `api.${tls_cert === undefined ? "tls_key" : "tls_cert"} is set alone: the other one is needed as well`,
    );
  return { cert: read(tls_cert), key: read(tls_key), ca: client_ca === undefined ? undefined : read(client_ca) };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SettingsError(`${file} can't be read: ${(error as Error).message}. The user of lunette api needs to read it.`);
  }
}
