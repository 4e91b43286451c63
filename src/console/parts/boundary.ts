/** A defect of one view shows as a problem in its place; the others go on. */

import type { ApiProblem } from "../api-client.ts";
import { type Child, html } from "../html.ts";
import { problemOf } from "../live.ts";
import { Component } from "../vendor/preact.js";
import { ProblemNote } from "./problem.ts";

interface BoundaryState {
  readonly problem: ApiProblem | undefined;
}

export class Boundary extends Component<{ readonly children?: Child }, BoundaryState> {
  override state: BoundaryState = { problem: undefined };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ problem: problemOf(error) });
  }

  override render(): Child {
    const { problem } = this.state;
    return problem === undefined ? this.props.children : html`<${ProblemNote} problem=${problem} />`;
  }
}
