"""What goes through ports."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Clock = Callable[[], datetime]
Row = Mapping[str, Any]
