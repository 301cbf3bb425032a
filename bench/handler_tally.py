"""What each handler does while a meter runs: how often it is called, whose tables it uses, what it logs and reads."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO

from bench.dynamodb_meter import Meter
from functions.runtime.entry import logger
from wfm.cost.uses import LOG_LINE_BYTES


class _Lines(logging.Handler):
    """The lines of the handlers' logger, as Lambda would get them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = list[str]()
        self.setFormatter(logger.registered_formatter)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.text.append(self.format(record))


@dataclass
class Tally:
    """By name of the handler; `tables` holds pairs of a handler and a table."""

    meter: Meter
    invocations: Counter[str] = field(default_factory=Counter)
    tables: set[tuple[str, str]] = field(default_factory=set)
    log_bytes: Counter[str] = field(default_factory=Counter)
    read_units: dict[str, float] = field(default_factory=dict)
    write_units: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """What happens meanwhile is the handler's."""
        calls, reads, writes = Counter(self.meter.calls), *self._units()
        lines, printed = _Lines(), StringIO()
        log = logging.getLogger("wfm")
        log.addHandler(lines)
        try:
            with redirect_stdout(printed):
                yield
        finally:
            log.removeHandler(lines)
        self.invocations[name] += 1
        self.tables |= {(name, table) for call in self.meter.calls - calls for table in call.split()[1].split("+")}
        texts = [*lines.text, *printed.getvalue().splitlines()]
        self.log_bytes[name] += sum(len(text.encode()) + LOG_LINE_BYTES for text in texts)
        now = self._units()
        self.read_units[name] = self.read_units.get(name, 0) + now[0] - reads
        self.write_units[name] = self.write_units.get(name, 0) + now[1] - writes

    def _units(self) -> tuple[float, float]:
        return sum(self.meter.read_units.values()), sum(self.meter.write_units.values())
