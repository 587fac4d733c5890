import { expect, test, vi } from "vitest";
import type { Configuration } from "../api/types.ts";
import { anchorOf } from "./trustAnchor.ts";

const THUMBPRINT = "ab".repeat(32);
const configuration = { trust_anchor: THUMBPRINT, public_url: null } as Configuration;

test("where nobody says where codes lead, they lead to the page itself", () => {
  vi.stubGlobal("location", { origin: "https://kiem-tra.example" });
  expect(anchorOf(configuration)).toEqual({ thumbprint: THUMBPRINT, publicUrl: "https://kiem-tra.example" });
  expect(anchorOf({ ...configuration, public_url: "https://hocba.example" })?.publicUrl).toBe("https://hocba.example");
});
