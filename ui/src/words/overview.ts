// Words for the first screen: no number without what it does not know.
import type { GroupView, OverviewView } from "../ipc/host";
import { counted } from "./words";

/** So many subscriptions are named; more are counted. */
const NAMED = 2;

/** The subscriptions whose clusters nobody saw, or nothing. */
function unreadWords(subscriptions: readonly GroupView[]): string {
  const unread = subscriptions.filter((group) => group.unread !== "");
  if (unread.length === 0) return "";
  return `${unread.length <= NAMED ? unread.map((group) => group.name).join(" and ") : counted(unread.length, "subscription", "subscriptions")} not read`;
}

export function serversWords(view: Pick<OverviewView, "openServers" | "unknownServers" | "bySubscription">): string {
  const unread = unreadWords(view.bySubscription);
  return `${view.openServers} open to the internet, ${view.unknownServers} not assessed${unread === "" ? "" : `; ${unread}`}`;
}

/** Follows the number of clusters that are covered, of those that can be. */
export function coverWords(view: Pick<OverviewView, "covered" | "coverable" | "matrixUnread" | "bySubscription">): string {
  const parts = [counted(view.matrixUnread, "cluster", "clusters") + " with something not read", unreadWords(view.bySubscription)];
  const unknown = (view.matrixUnread === 0 ? parts.slice(1) : parts).filter((part) => part !== "").join("; ");
  const of = view.coverable === 0 ? "no cluster is known to use it" : `${view.coverable === 1 ? "cluster that uses" : "clusters that use"} it`;
  return unknown === "" ? of : `${of}; ${unknown}`;
}
