"""State machines as drawings: the console shows them with an execution's states, the documentation without.

A definition becomes a graph (`flow`), which gets its places (`placement`, `grid`), lines (`routing`, `lines`) and words
(`labels`, `wording`), and is written as SVG (`drawing`, `svg`). Pure: it imports nothing of WFM.
"""
