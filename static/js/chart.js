// Draws each [data-q-chart]: bars over categories, in the colours of the page. The same figures stand in a table below.
// Tooltips are drawn as text: HTML ones would need inline styles, which the page's policy forbids.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || undefined;
}

function options(data) {
  const ink = colour("--q-soft") || "#667";
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: data.series.map((series) => colour(series.colour) || series.fallback),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 12, itemHeight: 12 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: data.categories, axisLabel: { color: ink, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" }, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { opacity: 0.25 } } },
    series: data.series.map((series) => ({ name: series.name, type: "bar", data: series.values, barMaxWidth: 18 })),
  };
}

function draw(element) {
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  const data = JSON.parse(element.dataset.qChart);
  const paint = () => chart.setOption(options(data), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(paint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}

const drawAll = () => document.querySelectorAll("[data-q-chart]:not([_echarts_instance_])").forEach(draw);
window.addEventListener("load", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
