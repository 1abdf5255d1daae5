// The list of conversations: renamed in place, removed after a second click.
(() => {
  const { clicks, drawn, words } = wenbao;
  const room = () => document.getElementById("room").dataset;

  const searched = () => document.querySelector(".find-talk")?.value ?? "";

  const rename = (button, trigger) => {
    const line = button.closest("li");
    const link = line.querySelector("a");
    const input = document.createElement("input");
    input.value = link.textContent;
    input.maxLength = 60;
    input.setAttribute("aria-label", words.new_title);
    let ended = false; // taking the input out takes its focus, which ends it again
    const end = (keep) => {
      if (ended || !input.isConnected) return;
      ended = true;
      const title = input.value.trim();
      input.replaceWith(link);
      if (keep && title && title !== link.textContent) trigger("rename", { id: line.dataset.id, title, search: searched() });
      button.focus();
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // else the button, focused next, is pressed by the same key
      end(event.key === "Enter");
    });
    input.addEventListener("blur", () => setTimeout(() => end(true))); // not while the list is being redrawn
    link.replaceWith(input);
    input.focus();
    input.select();
  };

  const remove = (button, trigger) => {
    const line = button.closest("li");
    if (!button.classList.contains("really")) {
      const icon = button.innerHTML;
      button.classList.add("really");
      button.textContent = words.remove_really;
      wenbao.say(words.remove_really);
      const calm = () => {
        button.classList.remove("really");
        button.innerHTML = icon;
      };
      button.addEventListener("blur", calm, { once: true });
      return;
    }
    trigger("remove", { id: line.dataset.id, search: searched() });
    // Only then, as an empty chat brings the list along, which would still have what is being removed.
    wenbao.removed = () => wenbao.talk() === line.dataset.id && (location.hash = "#chat");
  };

  const hideSide = () => delete room().drawer;
  const openSide = () => {
    room().drawer = "open";
    wenbao.rise(hideSide);
  };
  wenbao.closeSide = () => {
    hideSide();
    wenbao.sink(hideSide);
  };
  const follow = (link, _, event) => {
    if (!room().drawer || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.hash === location.hash) return wenbao.closeSide();
    location.replace(link.hash); // takes the place of the step that opened the side, which is closed by that
  };

  clicks({
    "[data-rename]": rename,
    "[data-remove]": remove,
    "[data-side]": () => (room().drawer ? wenbao.closeSide() : openSide()),
    "#side a[href^='#']": follow, // on a phone the list stands above the chat
  });
  wenbao.attached("#find", (element, trigger) => {
    let waiting = 0;
    const search = (event) => {
      if (event.isComposing) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => trigger("search", { search: searched() }), 200);
    };
    element.addEventListener("input", search);
    element.addEventListener("compositionend", search);
  });
  drawn(".talks", wenbao.showCurrent);
})();
