(() => {
const d = document, root = d.documentElement, all = (s, r = d) => [...r.querySelectorAll(s)];
const theme = d.getElementById("theme"), print = d.getElementById("print");
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
const press = () => theme.setAttribute("aria-pressed", dark());
theme.hidden = print.hidden = false;
press();
theme.onclick = () => { root.dataset.theme = dark() ? "light" : "dark"; press(); };
print.onclick = () => window.print();

const value = (row, at) => {
  const cell = row.cells[at];
  if (cell.dataset.v) return cell.dataset.v;
  return cell.querySelector(".pf-hidden") ? "" : cell.textContent.trim();
};
const numeric = text => /^[+−-]?[^\p{L}\d]?[\d,.]+( |%|$)/u.test(text) ? parseFloat(text.replace("−", "-").replace(/[^\d.-]/g, "")) : NaN;
const order = (a, b) => {
  const n = numeric(a), m = numeric(b);
  return isNaN(n) || isNaN(m) ? a.localeCompare(b) : n - m;
};
all("[data-sortable]").forEach((box, i) => {
  const body = box.querySelector("tbody"), heads = all("thead th", box), rows = [...body.rows];
  heads.forEach((head, at) => {
    const button = d.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach(h => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.map(row => [value(row, at), row]).sort(([a], [b]) => a && b ? (up ? order(a, b) : order(b, a)) : !a - !b)
        .forEach(([, row]) => body.append(row));
    };
  });
  if (rows.length < 10) return;
  const form = d.createElement("div"), label = d.createElement("label"), input = d.createElement("input"), live = d.createElement("span");
  form.className = "pf-search";
  input.type = "search";
  input.id = label.htmlFor = "search-" + i;
  label.textContent = "Search this table";
  live.setAttribute("role", "status");
  form.append(label, input, live);
  box.before(form);
  input.oninput = () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    rows.forEach(row => { row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted); });
    live.textContent = wanted ? rows.filter(row => !row.hidden).length + " of " + rows.length + " rows" : "";
  };
});

const regions = () => all("[data-scroll]").forEach(box => {
  const marks = { tabindex: "0", role: "group", "aria-labelledby": box.dataset.scroll };
  const over = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  for (const name in marks) over ? box.setAttribute(name, marks[name]) : box.removeAttribute(name);
});
regions();
addEventListener("resize", regions);
d.addEventListener("toggle", regions, true);

const links = new Map(all(".toc a").map(a => [a.hash.slice(1), a]));
if ("IntersectionObserver" in window && links.size) {
  const seen = new Set(), watch = new IntersectionObserver(changes => {
    changes.forEach(c => c.isIntersecting ? seen.add(c.target.id) : seen.delete(c.target.id));
    const now = [...links.keys()].find(id => seen.has("in-" + id));
    links.forEach((a, id) => id === now ? a.setAttribute("aria-current", "location") : a.removeAttribute("aria-current"));
  }, { rootMargin: "-10% 0px -70% 0px" });
  links.forEach((_, id) => { const s = d.getElementById("in-" + id); if (s) watch.observe(s); });
}
})();
