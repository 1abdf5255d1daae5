// What every screen shares: words, clicks, redrawing, copying, which screen shows.
// Gradio runs `wenbao.attach` once for each HTML component, with the function that sends an event to Python.
// A screen's own script adds to it: `wenbao.clicks({selector: (hit, trigger, event) => …})`, `wenbao.submits` alike for
// forms, `wenbao.drawn(selector, (hit) => …)`, `wenbao.attached(selector, (element, trigger) => …)`.
window.wenbao = (() => {
  const spoken = __WORDS__; // {language: {name: string}}
  const clicks = [];
  const submits = [];
  const redrawn = [];
  const attached = [];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // The same choice as `ui.words.chosen` makes on the server.
  const cookie = document.cookie.match(/(?:^|; )wenbao_language=([\w-]+)/)?.[1] ?? "";
  const preferred = [cookie, ...navigator.languages].find((name) => /^(zh|en)/i.test(name)) ?? "zh";
  const language = /^zh/i.test(preferred) ? "zh-CN" : "en";
  const words = spoken[language];
  document.documentElement.lang = language;

  const scrollTo = (target, block) => target.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });

  const show = (id, block = "center") => {
    const target = document.getElementById(id);
    if (!target) return false;
    const card = target.closest(".card") ?? target;
    card.focus({ preventScroll: true });
    card.classList.remove("flash");
    void card.offsetWidth; // starts the animation again
    card.classList.add("flash");
    scrollTo(target, block);
    return true;
  };

  const copy = async (button) => {
    const label = button.innerHTML;
    let done = words.copied;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      done = words.copy_failed; // not a secure origin, or refused
    }
    button.textContent = done;
    say(done);
    setTimeout(() => (button.innerHTML = label), 1600);
  };

  const speak = (button) => {
    document.cookie = `wenbao_language=${button.dataset.speak}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  };

  const screens = ["chat", "library"];
  const turn = () => {
    const screen = screens.find((name) => location.hash.split("/")[0] === `#${name}`) ?? "chat";
    document.documentElement.dataset.screen = screen;
    for (const link of document.querySelectorAll(".screens a"))
      if (link.hash === `#${screen}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
  };
  addEventListener("hashchange", turn);
  turn();

  const dispatch = (handlers, event, trigger) => {
    for (const [selector, handle] of handlers) {
      const hit = event.target.closest(selector);
      if (hit) return handle(hit, trigger, event);
    }
  };

  // What is said to a screen reader, without moving its focus.
  const voice = document.createElement("div");
  voice.className = "unseen";
  voice.setAttribute("role", "status");
  const say = (text) => {
    if (!voice.isConnected) document.body.append(voice);
    voice.textContent = text;
  };

  const own = {
    words,
    calm,
    show,
    scrollTo,
    say,
    clicks: (handlers) => clicks.push(...Object.entries(handlers)),
    submits: (handlers) => submits.push(...Object.entries(handlers)),
    attached: (selector, handle) => attached.push([selector, handle]),
    drawn: (selector, handle) => redrawn.push([selector, handle]),
    attach: (element, trigger, watch) => {
      element.addEventListener("click", (event) => dispatch(clicks, event, trigger));
      element.addEventListener("submit", (event) => {
        event.preventDefault();
        dispatch(submits, event, trigger);
      });
      for (const [selector, handle] of attached) if (element.closest(selector)) handle(element, trigger);
      const draw = () => {
        for (const [selector, handle] of redrawn) {
          const hit = element.querySelector(selector);
          if (hit) handle(hit);
        }
      };
      watch("value", () => requestAnimationFrame(draw));
    },
  };
  own.clicks({ "[data-copy]": copy, "[data-speak]": speak });
  own.submits({ "form[action='/logout']": (form) => form.submit() });
  own.drawn(".screens", turn);
  return own;
})();
