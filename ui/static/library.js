// The library's screen: files dropped and sent one by one, the queue watched while it moves, tables a window at a time.
(() => {
  const { clicks, words } = wenbao;
  const SENT_AT_ONCE = 2;
  const LOOK_MS = 1000; // at the queue, while it moves
  const LOOKING = ["progress", "overview", "table"]; // what goes on by itself takes no complaint away
  const asked = { kind: "articles", find: "", order: "arrival", descending: false, page: 0, period: "" };
  let shelf, server, state, timer, seeking;
  let turns = 0; // an answer about an earlier window than the last asked for is dropped

  const part = (name) => shelf.querySelector(`[data-part="${name}"]`);
  const isShown = () => document.documentElement.dataset.screen === "library";

  const complain = (text) => {
    const said = document.createElement("p");
    said.className = "warning";
    said.role = "alert";
    said.textContent = text;
    part("problem").replaceChildren(said);
  };

  // What the server draws goes where it belongs; what has not changed is left alone, so that focus stays.
  const call = async (name, told = {}) => {
    try {
      const drawn = await server[name](told);
      if (drawn.problem || !LOOKING.includes(name)) part("problem").innerHTML = drawn.problem ?? "";
      return drawn.problem ? null : drawn;
    } catch {
      complain(words.library_failed);
      return null;
    }
  };

  const put = (name, content) => {
    const place = part(name);
    if (place.drawn === content) return;
    const held = place.contains(document.activeElement) ? document.activeElement.dataset : null;
    place.innerHTML = place.drawn = content;
    const again = held && [...place.querySelectorAll("[data-key], [data-do]")].find((one) =>
      held.key ? one.dataset.key === held.key : held.do && one.dataset.do === held.do);
    again?.focus();
  };

  const overview = async () => {
    const drawn = await call("overview");
    if (drawn) for (const name of ["head", "coverage", "history"]) put(name, drawn[name]);
  };

  const table = async () => {
    const mine = ++turns;
    const drawn = await call("table", asked);
    if (drawn && mine === turns) put("table", drawn.table);
  };

  const look = async () => {
    clearTimeout(timer);
    const drawn = await call("progress");
    if (!drawn) return;
    put("jobs", drawn.jobs);
    if (drawn.state !== state) {
      if (state !== undefined) dispatchEvent(new Event("wenbao-changed"));
      state = drawn.state;
      overview();
      table();
    }
    if (drawn.running && isShown()) timer = setTimeout(look, LOOK_MS);
  };

  const open = async () => {
    if (!isShown()) return;
    if (!part("table")) {
      const drawn = await frame();
      if (!drawn) return;
    }
    look();
  };

  const frame = async () => {
    try {
      shelf.innerHTML = (await server.frame({})).frame;
    } catch {
      shelf.innerHTML = '<div class="trouble" data-part="problem"></div>';
      complain(words.library_failed);
      return false;
    }
    nameSearch();
    const drop = shelf.querySelector(".drop"); // none for who may not add
    drop?.addEventListener("dragover", (event) => {
      event.preventDefault();
      event.currentTarget.classList.add("over");
    });
    for (const kind of ["dragleave", "drop"])
      drop?.addEventListener(kind, (event) => event.currentTarget.classList.remove("over"));
    return true;
  };

  const nameSearch = () => {
    const input = shelf.querySelector(".seek");
    input.placeholder = input.dataset[asked.kind];
    input.setAttribute("aria-label", input.placeholder);
  };

  // Uploads: a few at a time, each with its share sent or why it was not taken.
  const waiting = [];
  let sending = 0;

  const told = (row, text, problem = false) => {
    row.querySelector(".state").textContent = text;
    row.classList.toggle("failed", problem);
  };

  const send = () => {
    if (!waiting.length || sending >= SENT_AT_ONCE) return;
    sending += 1;
    const [file, row] = waiting.shift();
    const request = new XMLHttpRequest();
    const done = (problem) => {
      sending -= 1;
      if (problem) told(row, problem, true);
      else row.remove();
      send();
      look();
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) told(row, words.uploading.replace("{percent}", Math.floor((event.loaded / event.total) * 100)));
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {} // not from the app: a proxy in between, or a login that ended
      done(request.status === 200 ? "" : (answer.problem ?? words.upload_failed));
    });
    request.addEventListener("error", () => done(words.upload_failed));
    request.open("POST", "library/upload");
    request.setRequestHeader("X-Name", encodeURIComponent(file.name));
    request.send(file);
  };

  const take = (files) => {
    for (const file of files) {
      const row = document.createElement("p");
      row.className = "job";
      row.innerHTML = '<span class="file"></span> <span class="state"></span>';
      row.querySelector(".file").textContent = file.name;
      shelf.querySelector(".uploads").append(row);
      waiting.push([file, row]);
      send();
    }
  };

  const chosen = () => [...shelf.querySelectorAll('.files td input:checked')];

  const askRemoval = async () => {
    const boxes = chosen();
    const stories = boxes.reduce((sum, box) => sum + Number(box.dataset.articles), 0);
    const drawn = await call("removing", { sources: boxes.map((box) => box.value), stories });
    if (!drawn) return;
    const dialog = shelf.querySelector("dialog.ask");
    dialog.innerHTML = drawn.question;
    dialog.showModal();
  };

  const remove = async () => {
    const sources = chosen().map((box) => box.value);
    shelf.querySelector("dialog.ask").close();
    if (await call("remove", { sources })) look();
  };

  const show = (kind, find = "") => {
    Object.assign(asked, { kind, find, order: "arrival", descending: false, page: 0, period: "" });
    for (const tab of shelf.querySelectorAll("[data-kind]")) tab.setAttribute("aria-selected", String(tab.dataset.kind === kind));
    shelf.querySelector(".seek").value = find;
    nameSearch();
    table();
  };

  const pick = async (column, _, event) => { // a column of the chart: its articles, below
    event.preventDefault();
    show("articles");
    asked.period = column.dataset.period;
    await table();
    shelf.querySelector(".tables").scrollIntoView({ block: "start", behavior: wenbao.calm ? "auto" : "smooth" });
  };

  const sort = (button) => {
    const { order } = button.dataset;
    asked.descending = asked.order === order && !asked.descending;
    Object.assign(asked, { order, page: 0 });
    table();
  };

  const turn = async (button) => {
    asked.page = Number(button.dataset.page);
    await table();
    shelf.querySelector(".tables").scrollIntoView({ block: "start" });
  };

  const written = (event) => {
    if (!event.target.matches(".seek") || event.isComposing) return;
    clearTimeout(seeking);
    seeking = setTimeout(() => {
      Object.assign(asked, { find: event.target.value, page: 0 });
      table();
    }, 200);
  };

  const changed = (event) => {
    if (event.target.matches('[type="file"]')) {
      take(event.target.files);
      event.target.value = "";
    } else if (event.target.matches('.files [type="checkbox"]')) {
      const all = shelf.querySelector(".files th input");
      const boxes = [...shelf.querySelectorAll(".files td input")];
      if (event.target === all) for (const box of boxes) box.checked = all.checked;
      else all.checked = boxes.every((box) => box.checked);
      shelf.querySelector("[data-removal]").disabled = !chosen().length;
    }
  };

  const setWriter = async (form, wish) => {
    const said = part("writer").querySelector("[role=status]");
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    said.textContent = wish === "try" ? words.writer_trying : "";
    const { url, model, remote } = form.elements;
    const drawn = await call("set_writer", { do: wish, url: url.value, model: model.value, remote: remote.checked });
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    if (drawn) put("writer", drawn.writer);
    part("writer").querySelector(`[data-key="${wish}"]`)?.focus();
  };

  const setAccount = async (form, button) => {
    if (button.value === "remove" && !button.classList.contains("really")) { // asked once more, by the button itself
      button.classList.add("really");
      button.textContent = words.remove_really;
      wenbao.say(words.remove_really);
      return;
    }
    const drawn = await call(form.dataset.account, { ...Object.fromEntries(new FormData(form)), do: button.value });
    if (!drawn) return;
    put("accounts", drawn.accounts);
    part("accounts").querySelector("summary").focus();
  };

  const named = async (event) => {
    event.preventDefault();
    const input = event.target.querySelector("input");
    if (event.target.matches("[data-account]")) {
      await setAccount(event.target, event.submitter);
    } else if (event.target.matches("[data-writer]")) {
      await setWriter(event.target, event.submitter.value);
    } else if (event.target.matches("[data-columns]")) {
      await call("columns", { said: input.value });
    } else if (await call("folder", { path: input.value })) {
      input.value = "";
      look();
    }
  };

  const leave = (event) => { // a file dropped beside the place for it would take the page away
    event.preventDefault();
    if (event.type === "drop" && event.target.closest(".drop")) take(event.dataTransfer.files);
  };

  wenbao.library = (element, functions) => {
    [shelf, server] = [element.querySelector(".shelf"), functions];
    for (const kind of ["input", "compositionend"]) shelf.addEventListener(kind, written);
    shelf.addEventListener("change", changed);
    shelf.addEventListener("submit", named);
    for (const kind of ["dragover", "drop"]) element.addEventListener(kind, leave);
    addEventListener("hashchange", open);
    addEventListener("wenbao-mended", () => {
      state = null; // what is shown is looked up again, now or when the screen is next looked at
      open();
    });
    open();
  };

  clicks({
    "[data-do]": async (button) => (await call("change", { do: button.dataset.do })) && look(),
    "[data-kind]": (button) => show(button.dataset.kind),
    "[data-articles-of]": (button) => show("articles", button.dataset.articlesOf),
    "[data-period]": pick,
    "[data-order]": sort,
    "[data-page]": turn,
    "[data-removal]": askRemoval,
    "[data-removal-yes]": remove,
    "[data-removal-no]": (button) => button.closest("dialog").close(),
  });
})();
