import { describe, expect, it } from "vitest";
import type { GroupView } from "../ipc/host";
import { coverWords, serversWords } from "./overview";

const group = (name: string, unread = ""): GroupView => ({ key: name, name, unread, clusters: 1, critical: 0, high: 0, medium: 0, low: 0 });
const read = [group("Production")];
const partly = [group("Production"), group("Retail", "denied")];

describe("the tiles of the overview", () => {
  it("name what was not read beside every number", () => {
    expect(serversWords({ openServers: 15, unknownServers: 1, bySubscription: read })).toBe("15 open to the internet, 1 not assessed");
    expect(serversWords({ openServers: 15, unknownServers: 0, bySubscription: partly })).toBe("15 open to the internet, 0 not assessed; Retail not read");
    const many = ["a", "b", "c"].map((name) => group(name, "denied"));
    expect(serversWords({ openServers: 0, unknownServers: 0, bySubscription: many.slice(1) })).toContain("b and c not read");
    expect(serversWords({ openServers: 0, unknownServers: 0, bySubscription: many })).toContain("3 subscriptions not read");
  });
  it("do not call an unknown cover a full one", () => {
    expect(coverWords({ covered: 22, coverable: 44, matrixUnread: 0, bySubscription: read })).toBe("clusters that use it");
    expect(coverWords({ covered: 1, coverable: 1, matrixUnread: 2, bySubscription: partly })).toBe("cluster that uses it; 2 clusters with something not read; Retail not read");
    expect(coverWords({ covered: 0, coverable: 0, matrixUnread: 0, bySubscription: read })).toBe("no cluster is known to use it");
  });
});
