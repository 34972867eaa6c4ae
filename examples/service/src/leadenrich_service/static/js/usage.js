// Usage, health and the report of the run.
import { attempt, call, h, icon, money, time, whole, words } from "./kit.js";

const content = document.getElementById("content");
const actions = document.getElementById("actions");
const STATES = { closed: ["good", "well"], open: ["warn", "resting"], "half-open": ["warn", "being probed"], benched: ["bad", "out"] };

async function load() {
  const told = await attempt(() => call("GET", "/api/usage"));
  if (told) draw(told);
  else content.replaceChildren(h("div", { class: "card empty" }, h("h2", {}, "Nothing has run yet"), h("p", {}, "Once something ran, this page tells what it cost and how the vendors did."), h("div", { class: "bar" }, h("a", { class: "button primary", href: "/" }, "Upload leads"))));
}

function draw(told) {
  const p = told.progress;
  const found = Object.values(told.summary.found).reduce((sum, one) => sum + one, 0);
  const complete = told.summary.statuses.complete || 0;
  actions.replaceChildren(h("button", { type: "button", onclick: load }, icon("again"), "Look again"));
  content.replaceChildren(
    h("div", { class: "tiles" },
      tile(p.usd === null ? "unknown" : money(p.usd), p.budget === null ? "spent" : `of ${money(p.budget)} spent`),
      tile(whole.format(complete), `complete of ${whole.format(p.total)} rows`),
      tile(complete && p.usd !== null ? money(Number(p.usd) / complete) : "–", "for a complete row"),
      tile(whole.format(found), "fields found"),
      tile(whole.format(p.requests), "HTTP calls"),
      tile(time(p.seconds), p.state === "running" ? "so far" : "took")),
    h("div", { class: "stack" }, vendors(told), spend(told), health(told), overlap(told) || ""));
}

const tile = (value, label) => h("div", { class: "card tile" }, h("b", {}, value), h("span", {}, label));
const head = (...names) => h("thead", {}, h("tr", {}, names.map((name, at) => h("th", { scope: "col", class: at ? "num" : "" }, name))));
const card = (title, note, ...body) => h("section", { class: "card" }, h("header", {}, h("h2", {}, title), note && h("span", { class: "small muted" }, note)), ...body);

function vendors(told) {
  const asked = told.vendors.filter((one) => one.asked);
  return card("By vendor", "a find of its own: nobody else who was asked had it", h("div", { class: "scroll" }, h("table", {},
    head("Vendor", "asked", "finds", "rate", "its own", "misses", "rejected", "errors", "already paid", "spent", "for a find"),
    h("tbody", {}, asked.map((one) => {
      const [provider, operation] = one.name.split(".");
      return h("tr", {}, h("th", { scope: "row", style: { fontWeight: 500, color: "var(--ink)", fontSize: "14px" } }, provider, h("span", { class: "muted small" }, ` ${words(operation).toLowerCase()}`)),
        n(one.asked), n(one.hits), h("td", { class: "num" }, rate(one.hits / one.asked)), n(one.alone), n(one.misses), n(one.rejected), h("td", { class: one.errors ? "num bad" : "num" }, whole.format(one.errors)), n(one.cached),
        h("td", { class: "num" }, one.usd === null ? "unknown" : money(one.usd)), h("td", { class: "num" }, one.per_find === null ? "–" : money(one.per_find)));
    })))));
}

const n = (count) => h("td", { class: count ? "num" : "num muted" }, whole.format(count));
const rate = (share) => `${Math.round(100 * share)} %`;

function spend(told) {
  const most = Math.max(...told.spend.map((one) => Number(one.usd || 0)), 0.000001);
  return card("Spent by day and vendor", null, told.spend.length ? h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["Day", "Vendor", "Share"].map((name) => h("th", { scope: "col" }, name)), ["credits", "USD"].map((name) => h("th", { scope: "col", class: "num" }, name)))),
    h("tbody", {}, told.spend.map((one) => h("tr", {}, h("td", {}, one.day), h("td", {}, one.provider),
      h("td", { style: { width: "36%", minWidth: "120px" } }, h("div", { class: "meter", style: { marginTop: "8px" } }, h("i", { style: { width: `${(100 * Number(one.usd || 0)) / most}%` } }))),
      h("td", { class: "num" }, one.credits), h("td", { class: "num" }, one.usd === null ? "unknown" : money(one.usd))))))) : h("p", { class: "pad muted" }, "Nothing was spent."));
}

function health(told) {
  const seconds = (one) => (one === null ? "–" : one < 1 ? `${Math.round(one * 1000)} ms` : `${one.toFixed(1)} s`);
  return card("Health", "over the last 50 calls of each", h("div", { class: "scroll" }, h("table", {}, head("Vendor", "state", "calls", "success", "median", "95 % within"),
    h("tbody", {}, told.health.map((one) => h("tr", {}, h("td", {}, one.provider, one.reason && h("div", { class: "small muted" }, one.reason)),
      h("td", { class: "num" }, h("span", { class: `pill ${STATES[one.state][0]}` }, STATES[one.state][1])), n(one.calls),
      h("td", { class: "num" }, one.success_rate === null ? "–" : rate(one.success_rate)), h("td", { class: "num" }, seconds(one.p50)), h("td", { class: "num" }, seconds(one.p95))))))));
}

function overlap(told) {
  const what = (name) => name.split(".").at(-1);
  const pairs = told.summary.overlap.filter((one) => what(one.providers[0]) === what(one.providers[1]));
  if (!pairs.length) return null;
  return card("Overlap", "rows for which both had an answer", h("div", { class: "scroll" }, h("table", {}, head("Pair", "rows"),
    h("tbody", {}, pairs.map((one) => h("tr", {}, h("td", {}, one.providers.map((name) => name.split(".")[0]).join(" and "), h("span", { class: "muted small" }, ` ${words(what(one.providers[0])).toLowerCase()}`)), n(one.records)))))));
}

load();
