import { describe, expect, test } from "vitest";
import { iscsiNameFault, normaliseIscsiName } from "../../src/config/iscsi-name.ts";

describe("iSCSI names (RFC 7143 4.2.7)", () => {
  test.each([
    "iqn.2001-04.com.example",
    "iqn.2001-04.com.example:storage:diskarrays-sn-a8675309",
    "iqn.1998-01.com.vmware:host_a-1",
    "iqn.2001-04.com.example:größe",
    "eui.02004567A425678D",
    "naa.52004567BA64678D",
    "naa.62004567BA64678D0123456789ABCDEF",
    `iqn.2001-04.com.example:${"x".repeat(199)}`,
  ])("%j is valid", (name) => {
    expect(iscsiNameFault(name)).toBeUndefined();
  });

  test.each([
    "",
    "iqn",
    "iqn.2001.com.example",
    "iqn.2001-00.com.example",
    "iqn.2001-04.",
    "iqn.2001-04.com.example:",
    "iqn.2001-04.com.example:a/b",
    "iqn.2001-04.-com",
    "eui.02004567A425678",
    "eui.02004567A425678DA",
    "naa.52004567BA64678DA",
    "foo.2001-04.com.example",
    `iqn.2001-04.com.example:${"x".repeat(200)}`,
  ])("%j is refused", (name) => {
    expect(iscsiNameFault(name)).toEqual(expect.any(String));
  });

  test("spellings that differ in case or composition are one name", () => {
    expect(normaliseIscsiName("IQN.2001-04.COM.Example:A\u0308")).toBe("iqn.2001-04.com.example:\u00e4");
  });
});
