"""Where each state of a machine stands: the happy path straight down, detours left of it, failures to its right."""

from itertools import pairwise

from wfm.graph.flow import END, Arrow, Flow

Cell = tuple[int, int]  # row from the top, column (0 is the happy path's)


def placed(flow: Flow) -> dict[str, Cell]:
    """A cell of its own for every state."""
    path = flow.happy_path()
    rows = _rows(flow, path)
    cells = {name: (rows[name], 0) for name in path}
    left = sorted((name for name in flow.states if name not in path), key=lambda name: rows[name])
    while left:
        name = next(name for name in left if any(arrow.source in cells for arrow in flow.entering(name)))
        left.remove(name)
        columns = _columns(flow, name, path, cells, rows[name])
        cells[name] = next((rows[name], column) for column in columns if (rows[name], column) not in cells.values())
    return cells


def _rows(flow: Flow, path: list[str]) -> dict[str, int]:
    """Every state below those that lead to it, or beside the one that it helps out."""
    loops = _loop_arrows(flow, path)
    rows = dict.fromkeys(flow.states, 0)
    for _ in flow.states:
        for arrow in flow.arrows:
            if arrow not in loops:
                step = 0 if _stands_beside(flow, arrow, path) else 1
                rows[arrow.target] = max(rows[arrow.target], rows[arrow.source] + step)
    return rows


def _loop_arrows(flow: Flow, path: list[str]) -> set[Arrow]:
    """The arrows that lead back to a state on the way that led to them; none is a step of the happy path."""
    steps = set(pairwise(path))
    found: set[Arrow] = set()
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        for arrow in sorted(flow.leaving(name), key=lambda arrow: (arrow.source, arrow.target) not in steps):
            if arrow.target in (*way, name):
                found.add(arrow)
            elif arrow.target not in done:
                visit(arrow.target, (*way, name))
        done.add(name)

    visit(flow.start, ())
    return found


def _stands_beside(flow: Flow, arrow: Arrow, path: list[str]) -> bool:
    """A state off the path, reached from one state alone: by its failure, or to come back to the path."""
    if arrow.target in path or len(flow.entering(arrow.target)) > 1:
        return False
    return arrow.dashed or (arrow.source in path and flow.leads_to(arrow.target, set(path)))


def _columns(flow: Flow, name: str, path: list[str], cells: dict[str, Cell], row: int) -> list[int]:
    """Where the state may stand, best first: below the one before it, else outward on its side."""
    arrow = next(arrow for arrow in flow.entering(name) if arrow.source in cells)
    origin = cells[arrow.source][1]
    left = sum(1 for cell in cells.values() if cell[0] == row and cell[1] < 0)
    right = sum(1 for cell in cells.values() if cell[0] == row and cell[1] > 0)
    if origin:
        side = 1 if origin > 0 else -1
    elif flow.leads_to(name, set(path) - {END}):
        side = -1
    else:
        side = 1 if arrow.dashed or left > right else -1
    below = [origin] if origin and not arrow.dashed else []
    return [*below, *(origin + side * distance for distance in range(1, len(flow.states) + 1))]
