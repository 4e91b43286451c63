/** `lunette target redirect` and `lunette portal group redirect`: logins are sent to another address. */
import type { Kind } from "../config/field.ts";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { fieldOptions, fieldsGiven } from "./field-options.ts";
import { type Noun, titleOf } from "./object-noun.ts";
import { argumentOf, idPositional, patch } from "./object-verbs.ts";
import type { Verb } from "./verb.ts";

export function redirectVerb(noun: Noun, kind: Kind, example: string): Verb {
  return controlVerb({
    name: `${noun.words} redirect`,
    parameters: `${argumentOf(noun)} [address]`,
    describe: "Send initiators that log in to another address, or with --off serve them here again",
    builder: (parser) =>
      changeOptions(
        fieldOptions(
          idPositional(parser, noun).positional("address", { type: "string", describe: "where to, as host:port" }),
          kind,
          ["to"],
          false,
        ).option("off", { type: "boolean", default: false, describe: "no longer" }),
      )
        .example(`$0 ${noun.words} redirect ${example} 192.0.2.11:3260`, "for now; sessions stay where they are")
        .example(`$0 ${noun.words} redirect ${example} --off`, "logins are served here again"),
    ask: async (client, argv, terminal) => {
      const id = String(argv[noun.argument]);
      const given = await fieldsGiven(kind, ["to"], argv, terminal);
      const to = argv["address"];
      if ((to === undefined) !== (argv["off"] === true)) throw new UsageFault("give an address, or --off");
      const redirect = to === undefined ? null : { to: String(to), ...given };
      const where = to === undefined ? "no longer redirected" : `redirected to ${String(to)}`;
      return makeChange(client, patch(noun, id, { redirect }, `changed ${titleOf(noun, id)}: ${where}`), argv, terminal);
    },
  });
}
