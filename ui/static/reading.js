// The reader: a story, the page that it was cut from, its neighbours, what is looked for in it, and changes by hand.
(() => {
  const { clicks, words } = wenbao;
  const BESIDE = "wenbao-beside";
  const narrow = matchMedia("(max-width: 860px)");
  let dialog;
  let server; // `read` gives the dialog's content, `mend` the content after a change, or why it was not made
  let now = { article: "", marks: "", mending: false }; // what the dialog shows

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
    if (!printed.querySelector(".picture")) {
      // a picture stands on top, and shows the mark itself
      printed.querySelector("mark, .current")?.scrollIntoView({ block: "start" });
      printed.scrollTop -= printed.clientHeight / 4; // what stands before it shows where the cut was made
    }
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

  // The dialog's address: `#article/ID?at=MARKS`, the marks as the button told them.
  const addressOf = ({ article, marks }) => `#article/${article}${marks ? `?at=${marks}` : ""}`;
  const addressed = () => {
    const [, article, marks = ""] = location.hash.match(/^#article\/([^?]+)(?:\?at=([\d.,-]*))?$/) ?? [];
    return article ? { article: decodeURIComponent(article), marks, mending: false } : null;
  };
  const settle = () => history.replaceState(history.state, "", addressOf(now));

  const open = async (wanted, key) => {
    let content;
    try {
      content = (await server.read(wanted)) ?? failed(); // nothing: the login has ended
    } catch {
      content = failed(); // the server is gone, or broke down
    }
    now = wanted;
    show(content, key);
    const shown = dialog.querySelector("[data-shown]")?.dataset.shown;
    if (!shown || shown === now.article) return;
    now = { ...now, article: shown, marks: "" }; // it took the place of the one that was asked for
    settle();
  };

  const read = ({ dataset: { article, marks = "", key } }, _, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a link opens elsewhere
    event.preventDefault();
    if (!dialog.open) {
      wenbao.rise(gone, addressOf({ article, marks }));
      return open({ article, marks, mending: false }, key);
    }
    leaving(async () => {
      await open({ article, marks, mending: now.mending }, key); // stays on from story to story
      settle();
    });
  };

  // The address was come to by itself: a link from elsewhere, a reload, Forward.
  const arrive = () => {
    const wanted = addressed();
    if (!wanted || (dialog.open && addressOf(wanted) === addressOf(now))) return;
    if (!dialog.open) wenbao.stand(gone);
    open(wanted);
  };

  // Changes by hand: each is asked about first, but for the form, which is saved by its own button.
  const isChanged = () =>
    [...dialog.querySelectorAll(".mend input, .correcting:not([hidden]) input")].some((one) => one.value !== one.defaultValue);
  const really = () => dialog.querySelector(".really:not([hidden])");
  let agreed, before; // what "yes" does; what had the focus before the question

  const question = (text, then) => {
    const box = dialog.querySelector(".really");
    [agreed, before] = [then, document.activeElement];
    box.querySelector("p").textContent = text;
    box.hidden = false;
    box.querySelector("[data-no]").focus();
  };

  const answer = (yes) => {
    really().hidden = true;
    if (yes) agreed();
    else before?.focus();
  };

  const leaving = (then) => (isChanged() ? question(words.mend_discard, then) : then());

  const complain = (text) => {
    const output = dialog.querySelector(".correcting:not([hidden]) output, .mend output");
    output.className = "warning";
    output.textContent = text;
    output.scrollIntoView({ block: "nearest" });
  };

  const mend = async (told) => {
    let drawn;
    try {
      drawn = (await server.mend({ ...now, ...told })) ?? { problem: words.login_ended };
    } catch {
      drawn = { problem: words.library_failed };
    }
    if (drawn.problem) return complain(drawn.problem);
    show(drawn.content);
    now = { ...now, article: dialog.querySelector("[data-shown]").dataset.shown };
    settle();
    const form = dialog.querySelector(".mend");
    if (form) {
      form.querySelector("output").textContent = words.mended;
      form.querySelector("[type=submit]").focus();
    }
    wenbao.say(words.mended);
    dispatchEvent(new Event("wenbao-mended"));
  };

  const save = (form) => mend({ do: "retouch", ...Object.fromEntries(new FormData(form)) });
  const askMend = ({ dataset: { mend: wish, at, really: text } }) => {
    const unsaved = isChanged() ? ` ${words.mend_discard}` : "";
    question(text + unsaved, () => mend({ do: wish, at: Number(at) }));
  };

  // What was hard to read: its line on the picture is shown beside it, and corrected in place.
  const clippingOf = (doubt) => `/clippings/${now.article}?at=${doubt.dataset.doubt}`;
  const peek = (doubt) => {
    dialog.querySelector(".peek")?.remove();
    if (!doubt) return;
    const shown = document.createElement("img");
    const { left, bottom } = doubt.getBoundingClientRect();
    shown.className = "peek";
    shown.alt = "";
    shown.src = clippingOf(doubt);
    shown.style.left = `${Math.max(8, Math.min(left - 40, innerWidth - 520))}px`;
    shown.style.top = `${bottom + 6}px`;
    shown.addEventListener("error", () => shown.remove());
    dialog.append(shown);
  };

  const correct = (doubt) => leaving(() => {
    const form = dialog.querySelector(".correcting");
    const input = form.querySelector("input");
    peek();
    form.dataset.line = doubt.dataset.doubt;
    form.querySelector("img").src = clippingOf(doubt);
    form.querySelector("output").textContent = "";
    input.value = input.defaultValue = doubt.dataset.line;
    form.hidden = false;
    input.focus();
  });

  const uncorrect = () => {
    const form = dialog.querySelector(".correcting");
    form.hidden = true;
    story().querySelector(`[data-doubt="${form.dataset.line}"]`)?.focus();
  };

  const saveLine = (form) => {
    const [start, end] = form.dataset.line.split("-").map(Number);
    mend({ do: "correct", start, end, text: form.querySelector("input").value });
  };

  const turnMending = () => leaving(async () => {
    await open({ ...now, mending: !now.mending }, "mending");
    dialog.querySelector(".mend input")?.focus();
  });

  const close = (then = () => {}) => leaving(() => {
    dialog.close();
    wenbao.sink(gone);
    wenbao.afterwards(then);
  });
  wenbao.leaveReader = (then) => close(() => then(now.article));

  // Back was pressed; what is not saved is asked about first, with the step back where it was.
  const gone = () => {
    if (!isChanged()) return dialog.close();
    wenbao.rise(gone, addressOf(now));
    close();
  };

  // Looking for words: the text of all lines put together, so that a match may run over the edges of marks.
  const find = { words: "", ranges: [], at: -1 };

  const textOf = (root) => {
    const printed = (node) => (node.parentElement.closest("button") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, printed);
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
    const [nodes, text] = textOf(story().querySelector(".text"));
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

  // A selection in the story can be cited: which of its characters it is, white space apart, is told to the server.
  const LOOK_MS = 200; // after it was last changed
  const BLANK = /[ \t\n\r\f\0]/g; // as `ui.printed` counts
  let looking, wanted = 0;

  const inkOf = (range) => {
    const held = range.cloneContents();
    for (const button of held.querySelectorAll("button")) button.remove();
    return [...held.textContent.replace(BLANK, "")].length; // code points
  };

  const selected = () => {
    const chosen = getSelection();
    const text = story()?.querySelector(".text");
    if (!text || chosen.isCollapsed || !chosen.rangeCount || !chosen.getRangeAt(0).intersectsNode(text)) return null;
    const [range, whole] = [chosen.getRangeAt(0).cloneRange(), document.createRange()];
    whole.selectNodeContents(text);
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) range.setStart(text, 0);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) range.setEnd(text, text.childNodes.length);
    whole.setEnd(range.startContainer, range.startOffset);
    const [first, count] = [inkOf(whole), inkOf(range)];
    return count ? { article: now.article, marks: now.marks, first, last: first + count - 1 } : null;
  };

  const offer = async () => {
    const mine = ++wanted;
    const told = selected();
    const drawn = told ? await server.select(told).catch(() => "") : "";
    const bar = dialog.querySelector(".selected");
    if (mine !== wanted || !bar || bar.contains(document.activeElement)) return;
    bar.innerHTML = drawn ?? ""; // nothing: the login has ended
    bar.hidden = !drawn;
  };

  const pressed = (event) => {
    const input = event.target.closest("input");
    const doubt = event.target.closest(".doubt");
    if (doubt && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      correct(doubt);
    } else if (input?.type === "search" && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      sought(input, event.shiftKey ? -1 : 1);
    } else if (!input && !really()) {
      const key = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
      dialog.querySelector(`[data-key="${key}"]:enabled`)?.click();
    }
  };

  wenbao.reader = (element, functions) => {
    dialog = element.querySelector("dialog");
    server = functions;
    dialog.addEventListener("keydown", pressed);
    for (const kind of ["mouseover", "focusin"]) dialog.addEventListener(kind, (event) => peek(event.target.closest(".doubt")));
    dialog.addEventListener("cancel", (event) => { // Esc
      event.preventDefault();
      if (really()) answer(false);
      else close();
    });
    dialog.addEventListener("input", (event) => event.target.type === "search" && !event.isComposing && sought(event.target, 1));
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      globalThis.CSS?.highlights?.clear();
      find.words = "";
    });
    document.addEventListener("selectionchange", () => {
      clearTimeout(looking);
      if (dialog.open) looking = setTimeout(offer, LOOK_MS);
    });
    dialog.addEventListener("mousedown", (event) => event.target.closest(".selected") && event.preventDefault());
    addEventListener("hashchange", arrive);
    arrive();
  };

  wenbao.submits({ ".mend": save, ".correcting": saveLine });
  clicks({
    "[data-yes]": () => answer(true),
    "[data-no]": () => answer(false),
    "[data-mending]": turnMending,
    ".doubt": correct,
    "[data-uncorrect]": uncorrect,
    "[data-mend]": askMend,
    "[data-article]": read,
    "[data-to-mark]": toMark,
    "[data-beside]": turnBeside,
    "[data-close]": () => close(),
    "dialog.reader": (hit, _, event) => event.target === hit && close(), // beside it
  });
})();
