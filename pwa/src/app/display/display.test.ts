import { describe, expect, it } from "vitest";
import { parseDisplay } from "./display.ts";

describe("the display kept on a device", () => {
  it("is the system's where nothing was chosen", () => {
    expect(parseDisplay(null)).toEqual({ theme: "system", text: "usual" });
  });

  it("is what was chosen", () => {
    expect(parseDisplay("dark largest")).toEqual({ theme: "dark", text: "largest" });
  });

  it("takes nothing that is no choice of ours", () => {
    expect(parseDisplay("pink huge")).toEqual({ theme: "system", text: "usual" });
    expect(parseDisplay("light")).toEqual({ theme: "light", text: "usual" });
  });
});
