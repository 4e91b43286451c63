/** `lunette man [page]`: the man pages as they are made. Packagers and `config/man/` use it; people have man(1). */
import { commandPage } from "./man-page.ts";
import { configurationPage } from "./toml-page.ts";
import type { Verb } from "./verb.ts";

/** By the names of their files. */
export const manPages = (verbs: readonly Verb[]) => ({
  "lunette.1": () => commandPage(verbs),
  "lunette.toml.5": () => configurationPage(),
});

/** `verbs` is asked late: this verb is one of them. */
export function manCommand(verbs: () => readonly Verb[]): Verb {
  return {
    name: "man",
    command: "man",
    describe: "Print lunette(1), or with --toml lunette.toml(5)",
    hidden: true,
    builder: (parser) => parser.option("toml", { type: "boolean", default: false, describe: "lunette.toml(5)" }),
    run: async (argv, terminal) => {
      terminal.out(manPages(verbs())[argv["toml"] === true ? "lunette.toml.5" : "lunette.1"]().trimEnd());
      return 0;
    },
  };
}
