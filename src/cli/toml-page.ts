/** lunette.toml(5), from the schema: every table and key, its default and what it means. */

import { formatSize } from "../common/units.ts";
import type { Field, Kind } from "../config/field.ts";
import { KINDS } from "../config/schema.ts";
import { argument, entry, example, list, page, text } from "./roff.ts";

const EXAMPLE = `[node]
base_iqn = "iqn.2026-11.com.example.san1"

[[portal_group]]
tag = 1
portals = ["0.0.0.0:3260"]

[[igroup]]
name = "web1"
initiators = ["iqn.2026-11.com.example:web1"]

[[volume]]
name = "data"
path = "/srv/luns/data.img"
size = "10 GiB"
create = "thin"

[[target]]
name = "data"

[[target.access]]
igroup = "web1"
auth = "none"

[[target.lun]]
lun = 0
volume = "data"`;

export function configurationPage(): string {
  return page("LUNETTE.TOML", 5, "lunette.toml", "configuration of Lunette", [
    ".Sh DESCRIPTION",
    text(
      "The file is TOML 1.0. lunette serve and lunette check read /etc/lunette/lunette.toml unless told otherwise, and managed.toml in state_dir if it exists, which has the same schema and is written by Lunette alone. Everything is checked before anything is started or changed. Relative paths mean the folder of the file that names them.",
    ),
    ".Pp",
    text('Sizes are bytes, or text such as "10 GiB": KiB, MiB, GiB, TiB count in 1024, KB, MB, GB, TB in 1000.'),
    ".Pp",
    text(
      "Nobody may log in to a target unless one of its [[target.access]] entries says so. A session sees the LUNs that are mapped for it.",
    ),
    ".Sh EXAMPLE",
    ...example(EXAMPLE.split("\n")),
    ".Sh TABLES AND KEYS",
    ...KINDS.flatMap(kindSection),
    ".Sh FILES",
    ...list([
      entry([".Pa /etc/lunette/lunette.toml"], [text("the configuration")]),
      entry(
        [".Pa /var/lib/lunette/managed.toml"],
        [text("objects that were made by commands or through the REST API; do not edit")],
      ),
    ]),
    ".Sh SEE ALSO",
    ".Xr lunette 1",
  ]);
}

const bracketed = ({ many, header }: Kind): string => (many ? `[[${header}]]` : `[${header}]`);

const kindSection = (kind: Kind): string[] => [
  `.Ss ${text(bracketed(kind))}`,
  text(kind.doc),
  ...list(
    Object.entries(kind.fields).map(([key, field]) =>
      entry([`.Cm ${argument(key)}`, `.Pq ${text(typeOf(field))}`], fieldBody(field)),
    ),
  ),
];

function fieldBody(field: Field): string[] {
  const doc = /[.:;!?]$/.test(field.doc) ? field.doc : `${field.doc}.`;
  return [text(doc), text(`Default: ${defaultOf(field)}.`)].map((line, at) =>
    at === 1 && field.required ? "Required." : line,
  );
}

function typeOf(field: Field): string {
  if (field.oneOf !== undefined) {
    const choices = field.oneOf.map((each) => JSON.stringify(each)).join(", ");
    return field.type === "strings" ? `array of ${choices}` : choices;
  }
  const range = (show: (value: number) => string): string =>
    field.max === undefined || field.max === Number.MAX_SAFE_INTEGER ? "" : `, ${show(field.min ?? 0)} to ${show(field.max)}`;
  switch (field.type) {
    case "strings":
      return "array of strings";
    case "integers":
      return "array of numbers";
    case "integer":
      return `number${range(String)}`;
    case "size":
      return `size${range(formatSize)}`;
    default:
      return field.type;
  }
}

function defaultOf(field: Field): string {
  if (field.defaultDoc !== undefined) return field.defaultDoc;
  if (field.default === undefined || (Array.isArray(field.default) && field.default.length === 0)) return "none";
  if (field.type === "size" && typeof field.default === "number") return formatSize(field.default);
  return JSON.stringify(field.default);
}
