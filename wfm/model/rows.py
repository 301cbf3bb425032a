"""A row of a table, or an item of AMC's: field names as users know them."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]
