// The picture of a page: made larger and moved by wheel, touch and keys.
(() => {
  const MOST = 8;
  const STEP = 1.25;
  const views = new WeakMap(); // of a picture: {scale, x, y}, and the fingers on it

  const viewOf = (box) => {
    if (!views.has(box)) views.set(box, { scale: 1, x: 0, y: 0, fingers: new Map() });
    return views.get(box);
  };

  const lay = (box) => {
    const view = viewOf(box);
    const { clientWidth, clientHeight } = box;
    view.x = Math.min(0, Math.max(clientWidth * (1 - view.scale), view.x));
    view.y = Math.min(0, Math.max(clientHeight * (1 - view.scale), view.y));
    box.querySelector("img").style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    box.classList.toggle("zoomed", view.scale > 1);
  };

  // `x`, `y`: what stays where it is, in pixels of the box.
  const zoom = (box, by, x = box.clientWidth / 2, y = box.clientHeight / 2) => {
    const view = viewOf(box);
    const scale = Math.min(MOST, Math.max(1, view.scale * by));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    lay(box);
  };

  const move = (box, x, y) => {
    const view = viewOf(box);
    view.x += x;
    view.y += y;
    lay(box);
  };

  const boxOf = (event) => event.target.closest?.(".picture");
  const within = (box, event) => {
    const { left, top } = box.getBoundingClientRect();
    return [event.clientX - left - box.clientLeft, event.clientY - top - box.clientTop];
  };

  // A wheel scrolls what is around the picture, unless the picture was chosen, or a key is held down.
  document.addEventListener("wheel", (event) => {
    const box = boxOf(event);
    if (!box || !(event.ctrlKey || event.metaKey || box.contains(document.activeElement))) return;
    event.preventDefault();
    zoom(box, STEP ** (-Math.sign(event.deltaY)), ...within(box, event));
  }, { passive: false });

  document.addEventListener("pointerdown", (event) => {
    const box = boxOf(event);
    if (!box || event.target.closest("button, a")) return;
    viewOf(box).fingers.set(event.pointerId, within(box, event));
    if (viewOf(box).scale > 1) box.setPointerCapture(event.pointerId);
  });
  const spread = (fingers) => Math.hypot(fingers[0][0] - fingers[1][0], fingers[0][1] - fingers[1][1]);
  document.addEventListener("pointermove", (event) => {
    const box = boxOf(event);
    const fingers = box && viewOf(box).fingers;
    if (!fingers?.has(event.pointerId)) return;
    const before = [...fingers.values()];
    const [x, y] = within(box, event);
    const [left, top] = fingers.get(event.pointerId);
    fingers.set(event.pointerId, [x, y]);
    if (before.length > 1) {
      const now = [...fingers.values()];
      zoom(box, spread(now) / spread(before), (now[0][0] + now[1][0]) / 2, (now[0][1] + now[1][1]) / 2);
    } else if (viewOf(box).scale > 1) move(box, x - left, y - top);
  });
  for (const kind of ["pointerup", "pointercancel"])
    document.addEventListener(kind, (event) => {
      for (const box of document.querySelectorAll(".picture")) viewOf(box).fingers.delete(event.pointerId);
    });

  const KEYS = {
    "+": (box) => zoom(box, STEP),
    "=": (box) => zoom(box, STEP),
    "-": (box) => zoom(box, 1 / STEP),
    0: (box) => zoom(box, 0),
    ArrowLeft: (box) => move(box, 80, 0),
    ArrowRight: (box) => move(box, -80, 0),
    ArrowUp: (box) => move(box, 0, 80),
    ArrowDown: (box) => move(box, 0, -80),
  };
  document.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    const act = box && KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && viewOf(box).scale === 1) return; // they lead to the next story, or scroll
    event.preventDefault();
    event.stopPropagation();
    act(box);
  }, true);

  document.addEventListener("click", (event) => {
    const box = boxOf(event);
    if (box && event.target.closest("[data-zoom]")) zoom(box, Number(event.target.dataset.zoom));
  });
})();
