// The reader: a story, the page that it was cut from, its neighbours, and what is looked for in it.
(() => {
  const { clicks, words } = wenbao;
  const BESIDE = "wenbao-beside";
  const narrow = matchMedia("(max-width: 860px)");
  let dialog;
  let ask; // (article, marks) => the dialog's content, from the server

  const story = () => dialog.querySelector(".page.story");

  const toMark = () => {
    const mark = story().querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else story().scrollTop = 0;
  };

  const lay = (beside) => {
    dialog.classList.toggle("beside", beside);
    dialog.querySelector("[data-beside]").setAttribute("aria-pressed", String(beside));
    const printed = dialog.querySelector(".printed");
    printed.querySelector("mark, .current")?.scrollIntoView({ block: "start" });
    printed.scrollTop -= printed.clientHeight / 4; // what stands before it shows where the cut was made
    toMark(); // last: a narrower story has its mark elsewhere
  };

  const wantsBeside = () => {
    if (narrow.matches || dialog.querySelector(".sheets.alone")) return false;
    return localStorage.getItem(BESIDE) !== "off";
  };

  const turnBeside = () => {
    const beside = !dialog.classList.contains("beside");
    if (!narrow.matches) localStorage.setItem(BESIDE, beside ? "on" : "off");
    lay(beside);
  };

  const show = (content, key) => {
    dialog.innerHTML = content;
    if (!dialog.open) dialog.showModal();
    if (!story()) return; // a problem
    lay(wantsBeside());
    const again = key && dialog.querySelector(`[data-key="${key}"]:enabled`);
    (again || story()).focus({ preventScroll: true });
  };

  const failed = () => {
    const said = document.createElement("div");
    said.className = "card problem";
    said.role = "alert";
    said.innerHTML = '<p></p><div class="actions"><button type="button" data-close></button></div>';
    said.querySelector("p").textContent = words.reading_failed;
    said.querySelector("button").textContent = words.close;
    return said.outerHTML;
  };

  const read = async (button) => {
    const { article, marks = "", key } = button.dataset;
    let content;
    try {
      content = await ask(article, marks);
    } catch {
      content = failed(); // the server is gone, or broke down
    }
    show(content, key);
  };

  // Looking for words: the text of all lines put together, so that a match may run over the edges of marks.
  const find = { words: "", ranges: [], at: -1 };

  const textOf = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let text = "";
    while (walker.nextNode()) {
      nodes.push([text.length, walker.currentNode]);
      text += walker.currentNode.data;
    }
    return [nodes, text];
  };

  const rangeOf = (nodes, start, end) => {
    const range = document.createRange();
    const [first, from] = nodes.findLast(([at]) => at <= start);
    const [last, to] = nodes.findLast(([at]) => at < end);
    range.setStart(from, start - first);
    range.setEnd(to, end - last);
    return range;
  };

  const look = (wanted) => {
    const [nodes, text] = textOf(story());
    const [held, sought] = [text.toLowerCase(), wanted.toLowerCase()];
    const same = held.length === text.length; // a letter whose small form is longer would shift what follows
    const ranges = [];
    for (let at = 0; sought && (at = (same ? held : text).indexOf(same ? sought : wanted, at)) >= 0; at += sought.length)
      ranges.push(rangeOf(nodes, at, at + sought.length));
    Object.assign(find, { words: wanted, ranges, at: -1 });
    globalThis.CSS?.highlights?.set("wenbao-found", new Highlight(...ranges));
  };

  const step = (by) => {
    const { ranges } = find;
    if (!ranges.length) return;
    find.at = (find.at + by + ranges.length) % ranges.length;
    const range = ranges[find.at];
    globalThis.CSS?.highlights?.set("wenbao-at", new Highlight(range));
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  };

  const tell = (output) => {
    if (!find.words) output.textContent = "";
    else output.textContent = find.ranges.length ? `${find.at + 1} / ${find.ranges.length}` : words.nothing_found;
  };

  const sought = (input, by) => {
    if (input.value !== find.words) {
      look(input.value);
      globalThis.CSS?.highlights?.delete("wenbao-at");
      by = 1;
    }
    step(by);
    tell(input.form.querySelector("output"));
  };

  const pressed = (event) => {
    const input = event.target.closest("input");
    if (input?.type === "search" && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      sought(input, event.shiftKey ? -1 : 1);
    } else if (!input && !event.target.closest("textarea")) {
      const key = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
      dialog.querySelector(`[data-key="${key}"]:enabled`)?.click();
    }
  };

  wenbao.reader = (element, server) => {
    dialog = element.querySelector("dialog");
    ask = (article, marks) => server.read({ article, marks });
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("submit", (event) => event.preventDefault());
    dialog.addEventListener("input", (event) => event.target.type === "search" && !event.isComposing && sought(event.target, 1));
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      globalThis.CSS?.highlights?.clear();
      find.words = "";
    });
  };

  clicks({
    "[data-article]": read,
    "[data-to-mark]": toMark,
    "[data-beside]": turnBeside,
    "[data-close]": () => dialog.close(),
    "dialog.reader": (hit, _, event) => event.target === hit && hit.close(), // beside it
  });
})();
