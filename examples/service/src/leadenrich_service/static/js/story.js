// The story of one row: every value with its source, everyone who was asked and what became of it, what it cost.
import { h, icon, lower, money, words } from "./kit.js";

const OUTCOMES = { hit: "complete", miss: "not_found", rejected: "partial", error: "failed", skipped: "waiting" };

export function storyOf(told, column, close) {
  const name = told.record.full_name || [told.record.first_name, told.record.last_name].filter(Boolean).join(" ") || told.record.company_name || `Row ${told.place + 1}`;
  const head = h("header", {}, h("h2", { tabIndex: -1 }, name), h("span", { class: "pill" }, `row ${told.place + 1}`),
    h("button", { type: "button", class: "quiet only-icon", "aria-label": "Close the story", onclick: close }, icon("x")));
  if (!told.came) return [head, h("section", {}, h("p", { class: "muted" }, "Not asked about yet.")), recordOf(told)];
  return [
    head,
    h("section", {}, h("p", {}, h("i", { class: `dot s-${told.status}` }), " ", h("b", {}, told.status.replace("_", " ")), told.usd && Number(told.usd) ? `, ${money(told.usd)}` : ", nothing spent"),
      told.reason && !told.attempts.length && h("p", { class: "small muted" }, told.reason), // else each step below says its own
      told.retry_reason && h("p", { class: "small warn" }, told.attempts.length ? "Asking again may end differently." : `Asking again may end differently: ${told.retry_reason}`)),
    found(told, column),
    asked(told),
    recordOf(told),
    told.problems.length > 0 && h("section", {}, h("h3", {}, "Wrong in the input"), h("ul", { class: "reasons" }, told.problems.map((one) => h("li", {}, one)))),
  ].filter(Boolean);
}

/** Values that came with the same answer stand together over their one source; those of the chosen column come first. */
function found(told, column) {
  const groups = new Map();
  for (const one of told.values.filter((value) => value.provider !== "input")) {
    const key = source(one);
    groups.set(key, [...(groups.get(key) || []), one]);
  }
  if (!groups.size) return h("section", {}, h("h3", {}, "Found"), h("p", { class: "muted small" }, "Nothing."));
  const chosen = (values) => values.some((one) => one.field === column);
  const ordered = [...groups.entries()].sort(([, one], [, other]) => chosen(other) - chosen(one));
  return h("section", {}, h("h3", {}, "Found"), ordered.map(([from, values]) => h("div", { class: chosen(values) ? "value focus" : "value" },
    h("dl", {}, values.map((one) => [h("dt", {}, words(one.field)), h("dd", { class: one.field === column ? "chosen" : "" }, one.value)])),
    h("div", { class: "small muted" }, from),
    pages(values).map((page) => h("div", { class: "small" }, link(page.url, page.title || page.url), page.quote && h("span", { class: "muted" }, ` “${page.quote}”`))),
    told.others.filter((other) => values.some((one) => one.field === other.field)).map((other) => h("div", { class: "small muted" }, `passed over: ${other.value}, ${source(other)}`)))));
}

/** The citations of some values, each once. */
function pages(values) {
  return [...new Map(values.flatMap((one) => one.citations).map((page) => [`${page.url} ${page.quote}`, page])).values()];
}

function source(one) {
  const parts = [one.operation && one.provider !== "input" ? `${one.provider}, ${lower(one.operation)}` : one.provider];
  if (one.confidence !== null) parts.push(`${Math.round(one.confidence)} % sure (${one.confidence_source})`);
  if (one.verified_by) parts.push(`verified by ${one.verified_by}`);
  if (one.usd && Number(one.usd)) parts.push(money(one.usd));
  if (one.flags.length) parts.push(one.flags.join(", "));
  if (one.observed_at) parts.push(one.observed_at.slice(0, 16).replace("T", " "));
  return parts.join(" · ");
}

function asked(told) {
  const did = told.attempts.filter((one) => one.outcome !== "skipped");
  const not = told.attempts.filter((one) => one.outcome === "skipped");
  const line = (one) => h("li", {}, h("i", { class: `dot s-${OUTCOMES[one.outcome]}` }),
    h("span", {}, one.provider, h("span", { class: "muted" }, ` ${lower(one.operation.split(".").at(-1))}: ${one.outcome === "skipped" ? "not asked" : one.outcome}${one.cached ? ", already paid" : ""}`)),
    h("span", { class: "num muted" }, one.cost.usd ? money(one.cost.usd) : one.latency !== null ? `${Math.round(one.latency * 1000)} ms` : ""),
    one.reason && h("span", { class: "why small" }, one.reason));
  return h("section", {}, h("h3", {}, "Who was asked"), did.length ? h("ol", { class: "trail" }, did.map(line)) : h("p", { class: "muted small" }, "Nobody."),
    not.length > 0 && h("details", { open: !did.length, style: { marginTop: "8px" } }, h("summary", { class: "small" }, `Not asked (${not.length})`), h("ol", { class: "trail", style: { marginTop: "8px" } }, not.map(line))));
}

const recordOf = (told) => h("section", {}, h("h3", {}, "As uploaded"), h("dl", {}, Object.entries(told.record).map(([name, value]) => [h("dt", {}, /^[a-z_]+$/.test(name) ? words(name) : name), h("dd", {}, value)])));

/** A link out of what a vendor said: only to web pages, without telling them where from. */
export function link(url, text) {
  if (!/^https?:\/\//i.test(url || "")) return h("span", {}, text || "");
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}
