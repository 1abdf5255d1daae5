// What the page itself does: badges, the reader, copying, and Enter while a Chinese word is being composed.
// Gradio runs `wenbao.attach` once for each HTML component, with the function that sends an event to Python.
window.wenbao = (() => {
  const words = __WORDS__;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let awaited = null; // the id to show once the panel has been drawn again

  document.documentElement.lang = words.language;

  const show = (id, block = "center") => {
    const target = document.getElementById(id);
    if (!target) return false;
    const card = target.closest(".card") ?? target;
    card.focus({ preventScroll: true });
    card.classList.remove("flash");
    void card.offsetWidth; // starts the animation again
    card.classList.add("flash");
    target.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });
    return true;
  };

  const toMark = (dialog) => {
    const mark = dialog.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else dialog.querySelector(".page").scrollTop = 0;
  };

  const openReader = (dialog) => {
    if (!dialog.open) dialog.showModal();
    toMark(dialog);
  };

  const copy = async (button) => {
    const label = button.textContent;
    let done = words.copied;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      done = words.copy_failed; // not a secure origin, or refused
    }
    button.textContent = done;
    setTimeout(() => (button.textContent = label), 1600);
  };

  const cite = (link, trigger) => {
    awaited = link.dataset.quote ?? null;
    const turn = link.dataset.cite ?? link.dataset.panel;
    const shown = document.querySelector(`[data-panel-of="${turn}"]`);
    if (!shown) trigger("cite", { turn: Number(turn) });
    else if (awaited) show(awaited);
    else shown.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  const clicked = (event, trigger) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if ((hit = on("a.cite, [data-panel]"))) {
      event.preventDefault();
      cite(hit, trigger);
    } else if ((hit = on("[data-open]"))) {
      const name = hit.dataset.open;
      const read = document.querySelector(`dialog[data-reading="${name}"]`);
      if (read) openReader(read);
      else trigger("open", { name });
    } else if ((hit = on("[data-ask]"))) trigger("ask", { question: hit.dataset.ask });
    else if ((hit = on("[data-copy]"))) copy(hit);
    else if ((hit = on("[data-to-mark]"))) toMark(hit.closest("dialog"));
    else if (on("[data-close]") || event.target.matches("dialog.reader")) event.target.closest("dialog").close();
  };

  const drawn = (element) => {
    const dialog = element.querySelector("dialog[data-reading]");
    if (dialog) openReader(dialog);
    else if (element.querySelector("[data-panel-of]")) {
      if (awaited) show(awaited);
      awaited = null;
    } else if (element.querySelector(".turn")) {
      const turn = element.querySelector(".turn:last-child");
      turn.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    } else if (matchMedia("(pointer: fine)").matches) {
      document.querySelector("#question textarea").focus(); // on a phone this would raise the keyboard
    }
  };

  let composing = false;
  const inQuestion = (event) => event.target.closest?.("#question");
  document.addEventListener("compositionstart", () => (composing = true), true);
  document.addEventListener("compositionend", () => (composing = false), true);
  for (const kind of ["keydown", "keypress"])
    document.addEventListener(
      kind,
      (event) => {
        const held = composing || event.isComposing || event.keyCode === 229;
        if (held && event.key === "Enter" && inQuestion(event)) event.stopPropagation();
      },
      true,
    );

  return {
    attach: (element, trigger, watch) => {
      element.addEventListener("click", (event) => clicked(event, trigger));
      watch("value", () => requestAnimationFrame(() => drawn(element)));
    },
  };
})();
