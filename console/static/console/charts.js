/*
Draws <canvas data-chart="..."> (console/charts.py) with the Chart.js that django-unfold brings, in
the colours of console.css: again when the theme changes, and in a part that was fetched anew.
*/
import { within } from "./hands.js";
import { written } from "./times.js";

const root = document.documentElement;
const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

function draw(canvas) {
  const { times, by, series } = JSON.parse(canvas.dataset.chart);
  Chart.getChart(canvas)?.destroy();
  new Chart(canvas, {
    type: "bar",
    data: {
      labels: times.map((time) => written(new Date(time), by === "run" ? "" : by)),
      datasets: series.map(bars),
    },
    options: options(getComputedStyle(canvas).color, by),
  });
}

const bars = ({ name, colour: property, values }) => ({
  label: name,
  data: values,
  backgroundColor: colour(property),
  hoverBackgroundColor: colour(property),
  maxBarThickness: 24,
  borderRadius: 2,
});

const options = (text, by) => ({
  animation: false,
  maintainAspectRatio: false,
  interaction: { mode: "index", intersect: false },
  font: { family: "Inter" },
  plugins: { legend: { display: false } },
  scales: {
    x: {
      stacked: true,
      grid: { display: false },
      border: { color: colour("--line") },
      ticks: { color: text, maxRotation: 0, autoSkipPadding: 16 },
    },
    y: {
      stacked: true,
      beginAtZero: true,
      grid: { color: colour("--line") },
      border: { display: false },
      ticks: { color: text, maxTicksLimit: 5, precision: by === "hour" ? 0 : undefined },
    },
  },
});

const charts = (element) => within(element, "canvas[data-chart]");

charts(document).forEach(draw);
document.addEventListener("live:gone", ({ target }) => {
  charts(target).forEach((canvas) => Chart.getChart(canvas)?.destroy());
});
document.addEventListener("live:shown", ({ target }) => charts(target).forEach(draw));
new MutationObserver(() => charts(document).forEach(draw)).observe(root, {
  attributeFilter: ["class"],
});
