/** The REST service: what it proves itself with, and that keys don't cross a network readable by accident. */
import { isLoopback, parseAddress } from "../address.ts";
import type { Report } from "../config-error.ts";
import type { Draft } from "../draft.ts";

export function checkApi({ api }: Draft, report: Report): void {
  if (!api.ok("listen", "plain_http", "tls_cert", "tls_key", "client_ca")) return;
  const { listen, plain_http: plainHttp, tls_cert: cert, tls_key: key, client_ca: clientCa } = api.values;
  if (cert !== undefined && key === undefined)
    report.error(api.at("tls_cert"), "tls_cert without tls_key: a certificate needs its key; give both");
  if (key !== undefined && cert === undefined)
    report.error(api.at("tls_key"), "tls_key without tls_cert: a key needs its certificate; give both");
  if (clientCa !== undefined && cert === undefined && key === undefined)
    report.error(
      api.at("client_ca"),
      "client_ca without tls_cert: clients show certificates within TLS only; give tls_cert too",
    );
  const address = listen === "off" ? undefined : parseAddress(listen);
  if (address?.ok !== true || isLoopback(address.address.host) || cert !== undefined || key !== undefined || plainHttp) return;
  report.error(
    api.at("listen"),
    `listen = ${JSON.stringify(listen)} without tls_cert: API keys would cross the network readable; give tls_cert and tls_key, or write plain_http = true`,
  );
}
