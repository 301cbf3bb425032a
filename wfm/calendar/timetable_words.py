"""The words of a timetable such as `weekly mon,thu 08:00`, and what stands in each of them."""

import re
from collections.abc import Sequence

from wfm.errors import InvalidRequest


class Words:
    """The words in upper case, with their columns. Each reader raises InvalidRequest with the column."""

    def __init__(self, given: str, field: str) -> None:
        self.given, self.field = given, field
        found = list(re.finditer(r"\S+", given))
        self.words = [word[0].upper() for word in found]
        self.columns = [word.start() + 1 for word in found]

    def __getitem__(self, index: int) -> str:
        return self.words[index]

    def __len__(self) -> int:
        return len(self.words)

    def refusal(self, index: int, problem: str, allowed: str) -> InvalidRequest:
        """`problem` with the column of the word, or of the end."""
        column = self.columns[index] if index < len(self) else len(self.given.rstrip()) + 1
        return InvalidRequest(self.field, f"{self.given!r:.80} at column {column}: {problem}", allowed)

    def expect(self, count: int, example: str) -> None:
        """There are so many words."""
        if len(self) != count:
            problem = "something is missing here" if len(self) < count else f"{self[count]!r:.40} is too much"
            raise self.refusal(min(count, len(self)), problem, f"as in {example}")

    def time(self, index: int) -> str:
        """`08:00`, as cron has it: minute and hour."""
        word = self[index]
        found = re.fullmatch("([0-9]{1,2}):([0-9]{2})", word)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise self.refusal(index, f"{word!r:.40} is no time", "hh:mm, from 00:00 to 23:59")
        return f"{int(found[2])} {int(found[1])}"

    def minute(self, index: int) -> int:
        """`:15`."""
        found = re.fullmatch(":([0-5][0-9])", self[index])
        if found is None:
            raise self.refusal(index, f"{self[index]!r:.40} is no minute of an hour", ":00 to :59")
        return int(found[1])

    def number(self, index: int, text: str, high: int, allowed: str) -> int:
        """A whole number from 1 to `high`, which is the word or a part of it."""
        if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= high:
            raise self.refusal(index, f"{text!r:.40} is no whole number from 1 to {high}", allowed)
        return int(text)

    def name(self, index: int, text: str, names: Sequence[str]) -> str:
        """The first three letters of a name, which is given by them or as a whole."""
        for name in names:
            if text in {name, name[:3]}:
                return name[:3]
        raise self.refusal(index, f"{text!r:.40} is unknown", ", ".join(name[:3].lower() for name in names))
