// The filters: the choice is kept here, goes with every question, is counted on the server, and outlives a reload.
(() => {
  const { clicks, words } = wenbao;
  const KEPT = "wenbao-filters";
  const find = { source: "", byline: "" };
  let filters = {};
  let panel, trigger, count;
  let asked = 0; // answers to an earlier question than the last are dropped

  // Beside the question, made when it is first needed: the composer is laid out by another view.
  const chips = () => {
    const made = document.querySelector("#filter-chips");
    if (made) return made;
    const chosen = document.createElement("div");
    chosen.id = "filter-chips";
    wenbao.attach(chosen, trigger, () => {});
    document.querySelector("#composer").prepend(chosen);
    return chosen;
  };

  const draw = ({ panel: content, chips: chosen }) => {
    const held = panel.contains(document.activeElement) ? document.activeElement : null;
    const [key, caret] = [held?.dataset.key, held?.selectionStart];
    const body = document.createElement("div");
    body.innerHTML = content;
    panel.querySelector("div")?.remove();
    panel.append(body);
    const again = key && [...panel.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    again?.focus();
    if (again && typeof caret === "number") again.setSelectionRange(caret, caret);
    chips().innerHTML = chosen;
  };

  const fail = () => {
    const said = document.createElement("p");
    said.className = "warning";
    said.role = "alert";
    said.textContent = words.filters_failed;
    chips().replaceChildren(said);
  };

  const update = async () => {
    const mine = ++asked;
    try {
      const drawn = await count({ filters, find });
      if (mine !== asked) return;
      filters = drawn.filters;
      draw(drawn);
    } catch {
      if (mine === asked) fail();
      return;
    }
    sessionStorage.setItem(KEPT, JSON.stringify(filters));
  };

  const choose = (button) => {
    const { filter, value } = button.dataset;
    if (filter === "year") filters = { ...filters, since: value, until: value };
    else filters = { ...filters, [filter]: value };
    update();
  };

  const written = (event) => {
    const { date, find: among } = event.target.dataset;
    if (event.isComposing) return;
    if (date && event.type === "change") filters = { ...filters, [date]: event.target.value };
    else if (among && event.type !== "change") find[among] = event.target.value;
    else return;
    update();
  };

  wenbao.filtered = () => JSON.stringify(filters);

  wenbao.filters = (element, send, server) => {
    panel = element.querySelector("details");
    [trigger, count] = [send, server.facets];
    for (const kind of ["change", "input", "compositionend"]) panel.addEventListener(kind, written);
    filters = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    panel.addEventListener("toggle", () => panel.open && update()); // counts as they are now
    const summary = document.createElement("summary");
    summary.textContent = words.filters;
    panel.replaceChildren(summary);
    if (Object.keys(filters).length) update(); // else nothing is counted before somebody looks
  };

  clicks({ "[data-filter]": choose });
})();
