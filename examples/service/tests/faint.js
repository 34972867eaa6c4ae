// Returns the texts whose contrast with what is really behind them is below WCAG AA.
() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (one) => { const all = []; for (let at = one; at; at = at.parentElement) all.push(parse(getComputedStyle(at).backgroundColor));
    return all.reverse().reduce((below, above) => over(above, below), [255, 255, 255, 1]); };
  const low = new Set();
  for (const one of document.querySelectorAll("body *")) {
    const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || (one.matches("input, textarea") && (one.value || one.placeholder));
    if (!said || !one.checkVisibility() || one.closest(":disabled, .unseen, option")) continue;
    const style = getComputedStyle(one), behind = ground(one);
    const [x, y] = [light(over(parse(style.color), behind)), light(behind)].sort((p, q) => q - p);
    const needed = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (x + 0.05) / (y + 0.05);
    if (ratio < needed) low.add(`${one.tagName.toLowerCase()}.${one.className} ${ratio.toFixed(2)} ${one.textContent.trim().slice(0, 24)}`);
  }
  return [...low];
}
