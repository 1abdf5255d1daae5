// The chat: badges, and Enter while a Chinese word is being composed.
(() => {
  const { clicks, drawn, scrollTo, show } = wenbao;
  let awaited = null; // the id to show once the panel has been drawn again

  const cite = (link, trigger, event) => {
    event.preventDefault();
    awaited = link.dataset.quote ?? null;
    const turn = link.dataset.cite ?? link.dataset.panel;
    const shown = document.querySelector(`[data-panel-of="${turn}"]`);
    if (!shown) trigger("cite", { turn: Number(turn) });
    else if (awaited) show(awaited);
    else scrollTo(shown, "start");
  };

  clicks({
    "a.cite, [data-panel]": cite,
    "[data-ask]": (button, trigger) => trigger("ask", { question: button.dataset.ask }),
  });

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
