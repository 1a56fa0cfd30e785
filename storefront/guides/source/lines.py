"""Lines and columns of a text, which people count, and offsets, which editors count."""

from bisect import bisect_right


class Lines:
    """Where each line of a text begins and ends; lines and columns count from 1."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def offset(self, line: int, column: int) -> int:
        """The offset of a place; one past the end of its line is the end of the line."""
        number = min(max(line, 1), len(self._starts))
        return min(self._starts[number - 1] + max(column, 1) - 1, self.end_of(number))

    def end_of(self, line: int) -> int:
        """The offset at which a line ends, before its line break."""
        if line >= len(self._starts):
            return self._length
        return self._starts[line] - 1

    def start_of(self, offset: int) -> int:
        """Where the line begins in which an offset lies."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = self.line_of(offset)
        return line, offset - self._starts[line - 1] + 1

    def line_of(self, offset: int) -> int:
        """The number of the line in which an offset lies."""
        return bisect_right(self._starts, offset)
