// The chat: badges, the reader, and Enter while a Chinese word is being composed.
(() => {
  const { clicks, drawn, scrollTo, show } = wenbao;
  let awaited = null; // the id to show once the panel has been drawn again

  const toMark = (dialog) => {
    const mark = dialog.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else dialog.querySelector(".page").scrollTop = 0;
  };

  const openReader = (dialog) => {
    if (!dialog.open) dialog.showModal();
    toMark(dialog);
  };

  const cite = (link, trigger, event) => {
    event.preventDefault();
    awaited = link.dataset.quote ?? null;
    const turn = link.dataset.cite ?? link.dataset.panel;
    const shown = document.querySelector(`[data-panel-of="${turn}"]`);
    if (!shown) trigger("cite", { turn: Number(turn) });
    else if (awaited) show(awaited);
    else scrollTo(shown, "start");
  };

  const open = (button, trigger) => {
    const name = button.dataset.open;
    const read = document.querySelector(`dialog[data-reading="${name}"]`);
    if (read) openReader(read);
    else trigger("open", { name });
  };

  clicks({
    "a.cite, [data-panel]": cite,
    "[data-open]": open,
    "[data-ask]": (button, trigger) => trigger("ask", { question: button.dataset.ask }),
    "[data-to-mark]": (button) => toMark(button.closest("dialog")),
    "[data-close]": (button) => button.closest("dialog").close(),
    "dialog.reader": (dialog, _, event) => event.target === dialog && dialog.close(), // beside it
  });

  drawn("dialog[data-reading]", openReader);
  drawn("[data-panel-of]", () => {
    if (awaited) show(awaited);
    awaited = null;
  });
  drawn(".turn:last-child", (turn) => scrollTo(turn, "start"));
  drawn(".welcome", () => {
    if (matchMedia("(pointer: fine)").matches) document.querySelector("#question textarea").focus(); // on a phone this would raise the keyboard
  });

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
})();
