/** What goes wrong before or beside a route, as problems: Fastify's own errors, schemas that a request does not fit, and what is no HTTP. */
import type { FastifyError } from "fastify";
import type { ApiBounds } from "./bounds.ts";
import { Problem, type ProblemType } from "./problems.ts";

/** Codes of Fastify and Node.js. */
const CODES: Readonly<Record<string, ProblemType>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "wrong-content-type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "bad-request",
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_EMPTY_JSON_BODY: "malformed-json",
  FST_ERR_CTP_INVALID_JSON_BODY: "malformed-json",
  FST_ERR_BAD_URL: "bad-request",
  FST_ERR_MAX_PARAM_LENGTH: "unknown-path",
  FST_ERR_ASYNC_CONSTRAINT: "bad-request",
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
  ECONNABORTED: "bad-request",
  ECONNRESET: "bad-request",
};

/** After these something of the request may be left unread. */
const UNREAD: readonly string[] = ["body-too-large", "wrong-content-type"];

export function problemOf(error: FastifyError, bounds: Pick<ApiBounds, "told_errors" | "body_bytes">): Problem {
  if (error instanceof Problem) return error;
  if (error.validation !== undefined) return invalid(error, bounds.told_errors);
  const type = CODES[error.code];
  if (type === undefined) return new Problem("internal-error", "the request has met a defect of Lunette");
  const message = type === "body-too-large" ? `the body has more than ${bounds.body_bytes} bytes` : error.message;
  return new Problem(type, message, {}, UNREAD.includes(type) ? { connection: "close" } : {});
}

export function rawProblem(error: NodeJS.ErrnoException): Problem {
  return new Problem(CODES[error.code ?? ""] ?? "bad-request", `the request can't be read: ${error.message}`);
}

type ValidationErrors = NonNullable<FastifyError["validation"]>;
type ValidationError = ValidationErrors[number];

const WHERE: Readonly<Record<string, string>> = {
  body: "the body",
  querystring: "the query of the address",
  params: "the path",
  headers: "the headers",
};

function invalid(error: FastifyError, most: number): Problem {
  const all = error.validation as ValidationErrors;
  const context = error.validationContext ?? "body";
  const errors = all.slice(0, most).map((each) => ({ pointer: pointerOf(each), message: messageOf(each) }));
  const more = all.length > most ? `; ${all.length - most} more` : "";
  const first = errors[0];
  const detail = `${WHERE[context] ?? context}: ${first?.pointer === "" ? "" : `${first?.pointer} `}${first?.message}${
    errors.length > 1 ? ` (the first of ${all.length} errors${more})` : ""
  }`;
  return new Problem(context === "body" ? "invalid-object" : "bad-parameter", detail, { errors });
}

const token = (name: string): string => name.slice(0, 80).replaceAll("~", "~0").replaceAll("/", "~1");

/** RFC 6901: of what is missing or unknown, the member itself. */
function pointerOf({ instancePath, keyword, params }: ValidationError): string {
  const facts = params as Readonly<Record<string, unknown>>;
  const member =
    keyword === "additionalProperties"
      ? facts["additionalProperty"]
      : keyword === "required"
        ? facts["missingProperty"]
        : undefined;
  return typeof member === "string" ? `${instancePath}/${token(member)}` : instancePath;
}

function messageOf({ keyword, params, message }: ValidationError): string {
  const facts = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case "additionalProperties":
      return "is unknown";
    case "required":
      return "is missing";
    case "enum":
      return `must be one of ${(facts["allowedValues"] as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return message ?? "is wrong";
  }
}
