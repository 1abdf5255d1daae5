// The chat: questions, badges, conversations, keys, and Enter while a Chinese word is being composed.
(() => {
  const { clicks, drawn, scrollTo, show, words } = wenbao;
  const root = document.documentElement;
  const box = () => document.querySelector("#question textarea");
  const longest = __QUESTION_CHARS__; // characters of a question
  let send = null; // sends an event of the chat to Python
  let awaited = null; // the id to show once the panel has been drawn again
  let newest = null; // the id of the last turn that was drawn
  let opening = null; // the conversation that the address asked for, not drawn yet

  // Which conversation the page shows: `#chat/ID`, `#chat` for an empty one.
  const addressed = () => wenbao.place().match(/^#chat\/([\w-]+)$/)?.[1] ?? "";
  const hashOf = (talk) => (talk ? `#chat/${talk}` : "#chat");
  wenbao.talk = () => document.querySelector(".turns")?.dataset.talk ?? (document.querySelector(".welcome") ? "" : addressed());
  wenbao.showCurrent = () => {
    for (const link of document.querySelectorAll(".talks a"))
      if (link.hash === wenbao.place()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    const back = document.querySelector(".screens a[href^='#chat']"); // from the library to the chat that was left
    back?.setAttribute("href", hashOf(wenbao.talk()));
  };
  addEventListener("hashchange", () => {
    wenbao.showCurrent();
    if (!/^#chat(\/|$)/.test(wenbao.place()) || addressed() === wenbao.talk()) return;
    opening = addressed();
    send?.("open", { talk: opening });
  });
  const address = (talk) => {
    if (opening !== null && opening !== talk) return;
    const isAsked = opening === null && talk && !addressed(); // Back leads from it to the empty chat
    opening = null;
    if (root.dataset.screen === "chat" && addressed() !== talk)
      history[isAsked ? "pushState" : "replaceState"](null, "", hashOf(talk));
    wenbao.showCurrent();
  };

  // A question that is too long is told while it is written, and not sent. Nothing of what was pasted is cut away.
  const isTooLong = (area) => {
    const count = [...area.value.trim()].length; // code points, as on the server
    const home = area.closest(".editing, .asking, #composer");
    let told = home.querySelector(".too-long");
    if (!told && count > longest) {
      told = document.createElement("p");
      told.className = "too-long";
      told.setAttribute("role", "status");
      home.append(told);
    }
    area.setAttribute("aria-invalid", String(count > longest));
    if (told) told.textContent = count > longest ? words.question_too_long.replace("{count}", count).replace("{limit}", longest) : "";
    return count > longest;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("#question textarea, .editing textarea, .asking input")) isTooLong(event.target);
  });
  const stays = (event, area) => {
    event.preventDefault();
    event.stopPropagation();
    area.focus();
  };
  document.addEventListener(
    "click",
    (event) => {
      if (event.target.closest?.("#question .submit-button") && isTooLong(box())) stays(event, box());
    },
    true,
  );

  let then = ""; // a question that is asked once the last one is answered
  const ask = (trigger, fields, next = "") => {
    then = next;
    trigger("ask", { talk: wenbao.talk(), question: "", turn: 0, refuse: -1, article: "", everywhere: false, ...fields });
  };
  // One question after another is asked for: the next event is the one that the page has just got its values for.
  let asks = false;
  wenbao.asking = (values) => {
    asks = true;
    return values;
  };
  wenbao.isAsked = () => asks && !(asks = false);
  // Where all that answers is busy, a question waits, and nothing is drawn yet: how many are before it is said.
  addEventListener("wenbao-queued", ({ detail: waiting }) => {
    let told = document.querySelector("#composer .thinking");
    if (waiting === null) return told?.remove();
    if (!told) {
      told = document.createElement("p");
      told.className = "thinking";
      const end = document.createElement("button");
      end.type = "button";
      end.textContent = words.stop;
      end.onclick = () => stop(send);
      told.append(document.createElement("span"), end);
      told.firstChild.setAttribute("role", "status");
      document.querySelector("#composer").append(told);
    }
    told.firstChild.textContent = words.questions_before.replace("{count}", waiting + __ASKING__);
  });
  const stop = (trigger) => {
    then = "";
    trigger("stop", { talk: wenbao.talk() });
  };
  // A question that the address carries (`?q=`, from a browser's search) is asked once, and leaves it.
  const arrived = new URL(location.href);
  let carried = (arrived.searchParams.get("q") ?? "").trim();
  arrived.searchParams.delete("q");
  if (arrived.href !== location.href) history.replaceState(history.state, "", arrived);
  const askCarried = () => {
    const question = carried;
    carried = "";
    if (!question) return;
    if ([...question].length > longest) fill(question); // the box tells that it is too long
    else ask(send, { question });
  };
  const of = (element) => Number(element.dataset.turn);

  const cite = (link, trigger, event) => {
    event.preventDefault();
    hidePreview();
    awaited = link.dataset.quote ?? null;
    const turn = link.dataset.cite ?? link.dataset.panel;
    const shown = document.querySelector(`[data-panel-of="${turn}"]`);
    if (!shown) trigger("cite", { turn: Number(turn), talk: wenbao.talk() });
    else if (awaited) show(awaited);
    else scrollTo(shown, "start");
  };

  const edit = (button) => {
    const form = button.parentElement.querySelector(".editing");
    form.hidden = !form.hidden;
    form.parentElement.classList.toggle("edited", !form.hidden);
    const area = form.querySelector("textarea");
    if (form.hidden) return button.focus();
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };

  const rate = (button, trigger) => {
    const pressed = button.getAttribute("aria-pressed") === "true";
    const actions = button.closest(".actions");
    for (const one of actions.querySelectorAll("[data-rate]"))
      one.setAttribute("aria-pressed", String(one === button && !pressed));
    trigger("rate", { turn: of(button), verdict: pressed ? null : button.dataset.rate, word: null });
    const why = actions.nextElementSibling;
    why.hidden = pressed;
    why.dataset.verdict = button.dataset.rate;
    if (pressed) return;
    why.querySelector("input").focus({ preventScroll: true });
    why.scrollIntoView({ block: "nearest" });
  };

  // A question about the article that is open: the chat takes the reader's place.
  const askOpen = (question) =>
    wenbao.leaveReader((article) => {
      if (root.dataset.screen !== "chat") location.hash = hashOf(wenbao.talk());
      ask(send, { question, article });
    });

  clicks({
    "a.cite, [data-panel]": cite,
    "[data-ask-open]": (button) => askOpen(button.dataset.askOpen),
    "[data-ask]": (button, trigger) => ask(trigger, { question: button.dataset.ask }, button.dataset.then),
    "[data-again]": (button, trigger) => ask(trigger, { turn: of(button) }),
    "[data-everywhere]": (button, trigger) => ask(trigger, { turn: of(button), everywhere: true }),
    "[data-refuse]": (button, trigger) => ask(trigger, { turn: of(button), refuse: Number(button.dataset.refuse) }),
    "[data-stop]": (_, trigger) => stop(trigger),
    "[data-edit]": edit,
    "[data-edit-cancel]": (button) => edit(button.closest(".question").querySelector("[data-edit]")),
    "[data-rate]": rate,
    "[data-quiet]": (button) => {
      button.disabled = true;
      wenbao.quiet({ turn: Number(button.dataset.quiet) }).catch(() => (button.disabled = false));
    },
  });

  wenbao.submits({
    ".editing": (form, trigger) => {
      if (isTooLong(form.elements.question)) return form.elements.question.focus();
      ask(trigger, { turn: of(form), question: form.elements.question.value });
    },
    ".asking": (form) => {
      const { question } = form.elements;
      if (isTooLong(question) || !question.value.trim()) return question.focus();
      askOpen(question.value);
    },
    ".why": (form, trigger) => {
      trigger("rate", { turn: of(form), verdict: form.dataset.verdict, word: form.elements.word.value });
      form.hidden = true; // that it is kept is told above the question box
      form.previousElementSibling.querySelector("[data-rate][aria-pressed=true]").focus();
    },
  });

  wenbao.attached("#thread", (_, trigger) => (send = trigger));

  // The library has changed: its card says so at once, an empty chat when it is looked at, for that takes a while.
  wenbao.attached("#library", (_, trigger) => {
    let stale = false;
    addEventListener("wenbao-changed", () => {
      stale = true;
      trigger("refresh", { welcome: false });
    });
    addEventListener("hashchange", () => {
      if (!stale || root.dataset.screen !== "chat" || !document.querySelector(".welcome")) return;
      stale = false;
      trigger("refresh", { welcome: true });
    });
  });

  drawn(".screens", () => wenbao.showCurrent());
  drawn("[data-composing]", (made) => {
    const place = document.querySelector(`#thread [data-composed="${made.dataset.composing}"]`);
    const open = place?.querySelector("details")?.open ?? false;
    if (place) place.innerHTML = made.innerHTML;
    if (open) place.querySelector("details").open = true;
  });
  drawn("[data-panel-of]", () => {
    if (awaited) show(awaited);
    awaited = null;
  });
  drawn(".turns", (turns) => {
    address(turns.dataset.talk);
    const turn = turns.querySelector(".turn:last-of-type");
    if (turn.id !== newest) scrollTo(turn, "start");
    newest = turn.id;
    if (document.activeElement === document.body) box().focus({ preventScroll: true });
    askCarried();
    const said = turns.querySelector(".turn:last-of-type .answer :is(.said, .refusal)");
    if (said) wenbao.say([...turn.querySelectorAll(".said, .refusal")].map((one) => one.textContent).join(" "));
  });
  // Only now, as an event that is triggered while the one before is under way is lost.
  wenbao.answered = () => {
    const said = document.querySelector(".turn:last-of-type .answer :is(.said, .refusal)");
    const next = then;
    then = "";
    if (said && next) ask(send, { question: next });
  };
  // Questions that are proposed are tried, which takes a while: the chat is drawn without, and they come when they are
  // there.
  const fillIn = async (place, making) => {
    let made;
    try {
      made = (await making) ?? "";
    } catch {
      made = ""; // the chat does without
    }
    if (place.isConnected) place.outerHTML = made;
  };
  drawn("[data-examples]", (place) => fillIn(place, wenbao.tried({})));
  drawn("[data-following]", (place) => fillIn(place, wenbao.following({ talk: place.dataset.following })));
  drawn(".welcome", () => {
    newest = null;
    address("");
    if (matchMedia("(pointer: fine)").matches) box().focus(); // on a phone this would raise the keyboard
    askCarried();
  });

  // What a badge shows on hover and on focus: headline, where it was printed, the beginning of the quote.
  const preview = document.createElement("div");
  preview.className = "preview";
  preview.hidden = true;
  preview.setAttribute("role", "tooltip");
  preview.id = "preview";
  const line = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };
  const hidePreview = () => {
    preview.hidden = true;
    document.querySelector("[aria-describedby=preview]")?.removeAttribute("aria-describedby");
  };
  const showPreview = (badge) => {
    const { title, details, preview: quote } = badge.dataset;
    preview.replaceChildren(line("strong", title), line("span", details), line("p", quote));
    document.querySelector(".gradio-container").append(preview); // where the colours are
    preview.hidden = false;
    badge.setAttribute("aria-describedby", preview.id);
    const at = badge.getBoundingClientRect();
    const left = Math.min(at.left - 12, innerWidth - preview.offsetWidth - 12);
    const below = at.bottom + 8 + preview.offsetHeight < innerHeight;
    preview.style.left = `${Math.max(12, left)}px`;
    preview.style.top = `${below ? at.bottom + 8 : at.top - 8 - preview.offsetHeight}px`;
  };
  for (const kind of ["mouseover", "focusin"])
    document.addEventListener(kind, (event) => {
      const badge = event.target.closest?.("a.cite");
      if (badge) showPreview(badge);
    });
  for (const kind of ["mouseout", "focusout"])
    document.addEventListener(kind, (event) => event.target.closest?.("a.cite") && hidePreview());
  document.addEventListener("scroll", hidePreview, true);

  // Keys. A key that composes a word never counts.
  let composing = false;
  const held = (event) => composing || event.isComposing || event.keyCode === 229;
  const writes = (element) => element.matches?.("input, textarea, select, [contenteditable]");
  document.addEventListener("compositionstart", () => (composing = true), true);
  document.addEventListener("compositionend", () => (composing = false), true);
  for (const kind of ["keydown", "keypress"])
    document.addEventListener(
      kind,
      (event) => {
        if (event.key !== "Enter" || !event.target.closest?.("#question")) return;
        if (held(event)) event.stopPropagation();
        else if (!event.shiftKey && isTooLong(box())) stays(event, box());
      },
      true,
    );

  const fill = (text) => {
    const area = box();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.setSelectionRange(text.length, text.length);
  };
  let recalled = 0; // how many questions back the box shows
  const recall = (step) => {
    const asked = [...document.querySelectorAll(".turn .editing textarea")].map((area) => area.defaultValue).reverse();
    const at = Math.min(asked.length, Math.max(0, recalled + step));
    if (at === recalled) return;
    recalled = at;
    fill(at ? asked[at - 1] : "");
  };
  const escape = (event) => {
    if (!preview.hidden) hidePreview();
    else if (event.target.closest?.(".editing")) edit(event.target.closest(".question").querySelector("[data-edit]"));
    else if (event.target.closest?.(".why")) event.target.closest(".why").hidden = true;
    else if (document.querySelector("#room[data-drawer]")) wenbao.closeSide();
    else if (document.querySelector("[data-stop]")) stop(send);
  };
  document.addEventListener("keydown", (event) => {
    if (held(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const asking = event.target === box();
    if (event.key === "/" && !writes(event.target) && root.dataset.screen === "chat" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      box().focus();
    } else if (event.key === "Escape") escape(event);
    else if (asking && event.key === "ArrowUp" && (recalled || !box().value)) {
      event.preventDefault();
      recall(1);
    } else if (asking && event.key === "ArrowDown" && recalled) {
      event.preventDefault();
      recall(-1);
    } else if (asking && event.key.length === 1) recalled = 0;
    else if (event.key === "Enter" && !event.shiftKey && event.target.matches?.(".editing textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    if (asking && event.key === "Enter") recalled = 0;
  });
})();
