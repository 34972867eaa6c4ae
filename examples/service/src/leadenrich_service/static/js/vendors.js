// The catalogue: search and filters over everything known of the vendors.
import { data, field, h, icon, lower, options, plural, say, words } from "./kit.js";

const list = document.getElementById("list");
const vendors = data.vendors;
const asked = new URLSearchParams(location.search);
const filters = { text: asked.get("q") || "", finds: asked.get("finds") || "", category: "", country: "", price: "", free: false, keyed: false, checked: false };

const uniq = (values) => [...new Set(values.filter(Boolean))].sort();
const pick = (name, label, all, values) => field(label, h("select", { onchange: (event) => { filters[name] = event.target.value; draw(); } }, options([["", all], ...values], filters[name])));
const tick = (name, label) => h("label", { class: "check" }, h("input", { type: "checkbox", onchange: (event) => { filters[name] = event.target.checked; draw(); } }), label);
const regions = new Intl.DisplayNames(["en"], { type: "region" });
const country = (code) => { try { return regions.of(code); } catch { return code; } };

document.getElementById("filters").append(h("div", { class: "filters", role: "search" },
  field("Search", h("input", { type: "search", value: filters.text, placeholder: "name, what it does, a field…", oninput: (event) => { filters.text = event.target.value; draw(); } })),
  pick("finds", "Can be asked for", "anything", uniq(vendors.flatMap((one) => one.operations).filter((one) => !one.includes("."))).map((one) => [one, words(one)])),
  pick("category", "Kind", "any", uniq(vendors.map((one) => one.category)).map((one) => [one, words(one)])),
  pick("country", "Country", "any", uniq(vendors.map((one) => one.country)).map((one) => [one, country(one)])),
  pick("price", "Price of a credit", "any", [["0.01", "at most $0.01"], ["0.05", "at most $0.05"], ["0.25", "at most $0.25"], ["known", "published"]]),
  h("div", { class: "checks" }, tick("free", "Free"), tick("keyed", "A key is present, or none is needed"), tick("checked", "Checked against the vendor's documentation"),
    h("span", { class: "muted", id: "count", role: "status" }))));

function fits(one) {
  const text = filters.text.trim().toLowerCase();
  if (text && ![one.title, one.id, one.summary, ...one.gives, ...one.operations].some((word) => word.toLowerCase().replaceAll("_", " ").includes(text))) return false;
  if (filters.finds && !one.operations.includes(filters.finds)) return false;
  if (filters.category && one.category !== filters.category) return false;
  if (filters.country && one.country !== filters.country) return false;
  if (filters.price && (one.price === null || (filters.price !== "known" && Number(one.price) > Number(filters.price)))) return false;
  if (filters.free && !one.free) return false;
  if (filters.keyed && !one.key) return false;
  return !filters.checked || one.support === "documented" || one.support === "live";
}

function draw() {
  const shown = vendors.filter(fits);
  document.getElementById("count").textContent = `${plural(shown.length, "vendor")} of ${vendors.length}`;
  list.replaceChildren(...shown.map(card));
  if (!shown.length) list.append(h("div", { class: "empty" }, h("h2", {}, "No vendor fits"), h("p", {}, "Take a filter away.")));
  say("");
}

function card(one) {
  const finds = one.operations.map((name) => name.split(".").at(-1));
  return h("a", { class: "card vendor", href: `/vendors/${encodeURIComponent(one.id)}` },
    h("h2", {}, one.title, h("span", { class: "small muted", style: { fontWeight: 400 } }, one.free ? "free" : one.price ? `from $${one.price} a credit` : one.by_token ? "by the token" : "no price published")),
    h("p", {}, one.summary || words(one.category)),
    h("div", { class: "finds" }, finds.slice(0, 3).map((name) => h("span", { class: "pill" }, lower(name))), finds.length > 3 && h("span", { class: "pill" }, `+${finds.length - 3}`)),
    h("div", { class: "dots small muted" }, one.country && h("span", {}, country(one.country)), h("span", {}, one.support),
      one.keyless ? h("span", { class: "good" }, "no key needed") : one.key ? h("span", { class: "good" }, icon("key"), " key present") : null));
}

draw();
