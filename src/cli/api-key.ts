/** `lunette api-key`: who may call the REST API. A key is shown once, on standard output alone, so that a script can capture it. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { API_ROLES, type ApiKeyStatus, parseFingerprint } from "../control/api-keys.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { table } from "./table.ts";
import { type Verb, verbGroup } from "./verb.ts";

const COLLECTION = "/v1/api-keys";
const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

const createVerb = controlVerb({
  name: "api-key create",
  parameters: "<name>",
  describe: "Make a key of the REST API, and print it: it is never shown again",
  builder: (parser) =>
    parser
      .positional("name", { type: "string", describe: "who calls with it: it stands in logs and in the audit" })
      .option("role", {
        type: "string",
        choices: API_ROLES,
        demandOption: true,
        describe: "what it may do: look, change volumes, targets, igroups and sessions, or everything",
      })
      .option("expires", { type: "string", requiresArg: true, describe: "when it ends: 90d, 12h, 2w, or a date in UTC" })
      .option("volume-prefix", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "change only volumes whose names begin so (role operate); may be repeated",
      })
      .option("igroup-prefix", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "change only igroups whose names begin so (role operate); may be repeated",
      })
      .option("certificate", {
        type: "string",
        requiresArg: true,
        describe: "no key: whoever shows this client certificate, a PEM file or its SHA-256 fingerprint",
      })
      .example("KEY=$($0 api-key create ci --role operate --expires 90d)", "keep it in a variable")
      .example("$0 api-key create backup --role read --certificate backup.pem", "a certificate in place of a key"),
  ask: async (client, argv, { out, err }) => {
    const volumes = texts(argv["volume-prefix"]);
    const igroups = texts(argv["igroup-prefix"]);
    const prefixes = {
      ...(volumes === undefined ? {} : { volumes }),
      ...(igroups === undefined ? {} : { igroups }),
    };
    const { expires, certificate } = argv;
    const made = await client.post<ApiKeyStatus & { readonly key?: string }>(COLLECTION, {
      name: argv["name"],
      role: argv["role"],
      ...(typeof expires === "string" ? { expires: expiryOf(expires, new Date()) } : {}),
      ...(Object.keys(prefixes).length === 0 ? {} : { prefixes }),
      ...(typeof certificate === "string" ? { certificate: fingerprintOf(certificate) } : {}),
    });
    const { name, key } = made;
    if (argv["json"] === true) out(JSON.stringify(made, undefined, 2));
    else if (key !== undefined) out(key);
    const ends = made.expires === undefined ? "It does not expire." : `It expires at ${made.expires}.`;
    const use =
      key === undefined
        ? `Whoever shows the certificate ${made.certificate} calls as "${name}".`
        : 'Keep the key now: it is not shown again. Send it as "Authorization: Bearer lnt_…".';
    err(`${use} ${ends} "lunette api-key revoke ${name}" ends it at once.`);
    return 0;
  },
});

const listVerb = controlVerb({
  name: "api-key list",
  describe: "List the keys of the REST API, without their secrets",
  ask: async (client, argv, { out, screen }) => {
    const answer = await client.get<{ readonly items: readonly ApiKeyStatus[] }>(COLLECTION);
    const now = new Date().toISOString();
    if (argv["json"] === true) out(JSON.stringify(answer, undefined, 2));
    else if (answer.items.length === 0) out('no keys. "lunette api-key create NAME --role read" makes one');
    else out(table(columns(now), answer.items, screen));
    return 0;
  },
});

const revokeVerb = controlVerb({
  name: "api-key revoke",
  parameters: "<name>",
  describe: "End a key of the REST API at once",
  builder: (parser) => parser.positional("name", { type: "string", describe: "as api-key list shows it" }),
  ask: async (client, argv, { out }) => {
    const name = String(argv["name"]);
    const gone = await client.change<ApiKeyStatus>("DELETE", `${COLLECTION}/${encodeURIComponent(name)}`);
    out(argv["json"] === true ? JSON.stringify(gone, undefined, 2) : `the key "${gone.name}" is revoked`);
    return 0;
  },
});

export const apiKeyCommand: Verb = verbGroup("api-key", "Make, list and revoke keys of the REST API", [
  createVerb,
  listVerb,
  revokeVerb,
]);

const columns = (now: string) =>
  [
    { title: "NAME", cell: ({ name }: ApiKeyStatus) => name },
    { title: "ROLE", cell: ({ roles }: ApiKeyStatus) => roles.join(",") },
    {
      title: "CREDENTIAL",
      cell: ({ id, certificate }: ApiKeyStatus) => (certificate === undefined ? `lnt_${id}_…` : `${certificate.slice(0, 16)}…`),
    },
    {
      title: "EXPIRES",
      cell: ({ expires }: ApiKeyStatus) =>
        expires === undefined ? "never" : expires <= now ? `${expires} (expired)` : expires,
    },
    { title: "LAST USED", cell: ({ last_used: used }: ApiKeyStatus) => used ?? "never" },
    { title: "RESTRICTED TO", cell: restrictionOf },
  ] as const;

function restrictionOf({ prefixes }: ApiKeyStatus): string {
  const parts = Object.entries(prefixes ?? {}).map(
    ([kind, list]) => `${kind} ${(list ?? []).map((each) => `${each}*`).join(", ") || "none"}`,
  );
  return parts.join("; ") || "-";
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** "90d" from now, or a date or time of ISO 8601 in UTC; a date is its beginning. */
export function expiryOf(text: string, now: Date): string {
  const [, count, unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() + Number(count) * (UNITS_MS[unit] ?? 0)).toISOString();
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) ? new Date(text) : undefined;
  // A date such as February 30 would be taken for March 2.
  if (time === undefined || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(text.slice(0, 10)))
    throw new UsageFault(`--expires ${text}: give a time from now, such as 90d, 12h or 2w, or a date such as 2027-01-31`);
  return time.toISOString();
}

/** A fingerprint as it is, or that of the certificate in a PEM file. */
function fingerprintOf(text: string): string {
  if (parseFingerprint(text) !== undefined) return text;
  try {
    return new X509Certificate(readFileSync(text)).fingerprint256;
  } catch (error) {
    throw new UsageFault(
      `--certificate ${text}: neither a SHA-256 fingerprint nor a PEM file that can be read (${(error as Error).message})`,
    );
  }
}
