"""The look of the pages: light and dark, with the fonts that are there."""

from typing import Final

_LIGHT: Final = """--ink:#1f2328;--soft:#59636e;--paper:#ffffff;--line:#d1d9e0;--queue:#afb8c1;--slot:#e0a800;
--submit:#57c1c9;--amcqueue:#b6a3f0;--run:#2f81d8;--record:#3fb37f;--good:#1a7f37;--bad:#cf222e;--gone:#8250df;
--open:#0969da;--mark:#ffffff"""
_DARK: Final = """--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#30363d;--queue:#656c76;--slot:#bb8009;
--submit:#39c5cf;--amcqueue:#8b76d6;--run:#388bfd;--record:#2ea87a;--good:#3fb950;--bad:#f85149;--gone:#a371f7;
--open:#58a6ff;--mark:#0d1117"""
PICTURES: Final = f""":root{{{_LIGHT}}}@media(prefers-color-scheme:dark){{:root{{{_DARK}}}}}
svg{{font-family:system-ui,sans-serif}}
.part0{{fill:var(--queue)}}.part1{{fill:var(--slot)}}.part2{{fill:var(--submit)}}.part3{{fill:var(--amcqueue)}}
.part4{{fill:var(--run)}}.part5{{fill:var(--record)}}
.external{{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}}
.mark{{stroke:var(--ink);stroke-width:.5}}.succeeded{{fill:var(--good)}}.failed{{fill:url(#pattern-failed)}}
.rejected{{fill:url(#pattern-rejected)}}.cancelled{{fill:url(#pattern-cancelled)}}.ongoing{{fill:url(#pattern-ongoing)}}
.failed-back,.rejected-back{{fill:var(--bad)}}.cancelled-back{{fill:var(--gone)}}.ongoing-back{{fill:var(--open)}}
.stroke{{stroke:var(--mark);stroke-width:1.5;fill:none}}.rule{{stroke:var(--line);fill:none}}
.label{{fill:var(--soft);font-size:11px;text-anchor:middle}}.end{{text-anchor:end}}.begin{{text-anchor:start}}
.dot{{fill:var(--run);fill-opacity:.7}}.cross{{stroke:var(--bad);stroke-width:2;fill:none}}"""
PAGE: Final = (
    PICTURES
    + """
:root{color-scheme:light dark}
body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;margin:0 auto;
max-width:1080px;padding:1.5rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
p{margin:.3rem 0}.soft,.legend,caption{color:var(--soft);font-size:.85rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem}
section>svg,figure svg{display:block;width:100%;height:auto}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:1rem}
figure{margin:0}.hours svg{max-width:620px}
figcaption{font-size:.85rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;margin:.5rem 0}caption{text-align:left}
th,td{border-bottom:1px solid var(--line);padding:.2rem .7rem .2rem 0;text-align:left;vertical-align:top;
overflow-wrap:break-word}
td{font-variant-numeric:tabular-nums}
summary{cursor:pointer;color:var(--soft);font-size:.85rem}"""
)
